import type { Locale } from '#foundation/i18n.ts';
import { textMessage } from '../line/flex.ts';
import { type LabelledAction, messageAction, postbackAction } from '../line/flex-actions.ts';
import { encodePostback } from '../line/postback.ts';
import type { Message, Turn } from '../line/turn.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type FriendsWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, FriendsWords> = { 'zh-TW': zhTW, en, ja };

type Place = 'points' | 'coupons' | 'stores' | 'card';

const goTo = (words: FriendsWords, place: Place): LabelledAction =>
  postbackAction(words.labels[place], encodePostback(`go:${place}`));

/** U1-U3: a text that nobody understood. */
export function unknownTextMessage(turn: Turn, variant: 1 | 2 | 3): Message {
  const words = wordsOf[turn.locale];
  return textMessage(words.unknownText[variant](turn.house.brand.assistantName), [
    goTo(words, 'points'),
    goTo(words, 'coupons'),
    goTo(words, 'stores'),
    messageAction(words.labels.agent),
    messageAction(words.labels.help),
  ]);
}

/** H1: everything that can be typed. */
export function helpMessage(turn: Turn): Message {
  const words = wordsOf[turn.locale];
  return textMessage(words.help(), [
    goTo(words, 'card'),
    goTo(words, 'points'),
    goTo(words, 'coupons'),
    messageAction(words.labels.agent),
  ]);
}

/** LG, in the language that was chosen. */
export const languageChosenMessage = (language: Locale): Message =>
  textMessage(wordsOf[language].languageChosen());

/** M3: a button whose meaning is no longer known. */
export function oldButtonMessage(turn: Turn): Message {
  const words = wordsOf[turn.locale];
  return textMessage(words.oldButton(), [goTo(words, 'card'), goTo(words, 'points'), goTo(words, 'coupons')]);
}
