import type { Locale } from '#foundation/i18n.ts';
import { textMessage } from '#line/flex.ts';
import { uriAction } from '#line/flex-actions.ts';
import type { Message, Turn } from '#line/turn.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type CodeWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, CodeWords> = { 'zh-TW': zhTW, en, ja };

/** C2: the fresh link; never the code itself, for messages stay and can be forwarded. */
export function codeReadyMessage(turn: Turn, link: string): Message {
  const words = wordsOf[turn.locale];
  return turn.house.flex.megaText(words.ready(), [uriAction(words.open(), link)]);
}

export const spendingLockedNote = (turn: Turn): Message => textMessage(wordsOf[turn.locale].locked());
