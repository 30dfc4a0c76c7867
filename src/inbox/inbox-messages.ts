import type { Locale } from '../foundation/i18n.ts';
import { textMessage } from '../line/flex.ts';
import { messageAction, postbackAction } from '../line/flex-actions.ts';
import { encodePostback } from '../line/postback.ts';
import type { House, Message } from '../line/turn.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type InboxWords, zhTW } from './words.zh-TW.ts';

export const inboxWords: Record<Locale, InboxWords> = { 'zh-TW': zhTW, en, ja };

/** M2: what was asked for could not be done, and nothing was changed. */
export function notDoneMessage(house: House, locale: Locale): Message {
  const words = inboxWords[locale];
  return textMessage(words.notDone(house.brand.address), [
    postbackAction(words.points(), encodePostback('go:points')),
    messageAction(words.agent()),
  ]);
}
