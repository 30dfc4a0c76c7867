import type { Locale } from '../foundation/i18n.ts';
import { textMessage } from '../line/flex.ts';
import { postbackAction } from '../line/flex-actions.ts';
import { encodePostback } from '../line/postback.ts';
import type { Message } from '../line/turn.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type InboxWords, zhTW } from './words.zh-TW.ts';

export const inboxWords: Record<Locale, InboxWords> = { 'zh-TW': zhTW, en, ja };

/** A button of a message from another time: nothing is done, and the way back is offered. */
export function staleButtonMessage(locale: Locale): Message {
  const words = inboxWords[locale];
  return textMessage(words.staleButton(), [
    postbackAction(words.card(), encodePostback('go:card')),
    postbackAction(words.points(), encodePostback('go:points')),
    postbackAction(words.coupons(), encodePostback('go:coupons')),
  ]);
}
