import { formatBirthday, formatNumber, formatPoints } from '#foundation/i18n.ts';
import { textMessage } from '#line/flex.ts';
import { postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message, Turn } from '#line/turn.ts';
import { bindingWords } from './binding-locale.ts';
import type { Birthday } from './birthday-rules.ts';
import { bindAction, keepBirthdayAction, newBirthdayActions } from './dialog-cards.ts';

/** What stays with a member who unbinds. */
export type Holdings = { points: number; coupons: number };

/** X1: the way out is not the coloured one, the way back stands last. */
export function askUnbindMessage(turn: Turn, held: Holdings): Message {
  const words = bindingWords(turn.locale);
  const points = held.points > 0 ? formatPoints(turn.locale, held.points) : null;
  const coupons = held.coupons > 0 ? words.coupons(formatNumber(held.coupons)) : null;
  const kept = points || coupons ? words.kept(points, coupons) : null;
  const actions = [
    postbackAction(words.labels.unbindYes, encodePostback('unbind:yes')),
    postbackAction(words.labels.unbindNo, encodePostback('unbind:no')),
  ];
  const sentence = words.askUnbind(kept);
  return turn.house.flex.megaText(sentence, actions, { altText: words.unbindAlt(), primary: null });
}

/** X2. */
export function unboundMessage(turn: Turn): Message {
  const words = bindingWords(turn.locale);
  return textMessage(words.unbound(), [bindAction(words.labels)]);
}

export function staysBoundMessage(turn: Turn): Message {
  const words = bindingWords(turn.locale);
  return textMessage(words.staysBound(), [postbackAction(words.labels.card, encodePostback('go:card'))]);
}

/** B22. */
export function confirmBirthdayMessage(turn: Turn, birthday: Birthday): Message {
  const words = bindingWords(turn.locale);
  const day = formatBirthday(turn.locale, birthday.month, birthday.day);
  return turn.house.flex.megaText(words.confirmBirthday(day), newBirthdayActions(words.labels), {
    quickReplies: [keepBirthdayAction(words.labels)],
  });
}

export const birthdayUsedUpMessage = (turn: Turn): Message =>
  textMessage(bindingWords(turn.locale).birthdayUsedUp());

export function birthdayChangedMessage(turn: Turn, birthday: Birthday): Message {
  const day = formatBirthday(turn.locale, birthday.month, birthday.day);
  return textMessage(bindingWords(turn.locale).birthdayChanged(day));
}

export const birthdayKeptMessage = (turn: Turn): Message =>
  textMessage(bindingWords(turn.locale).birthdayKept());

/** B19, after "not me". */
export const spendingLockedMessage = (turn: Turn): Message =>
  textMessage(bindingWords(turn.locale).locked(turn.house.brand.address));

export const moveAcknowledgedMessage = (turn: Turn): Message =>
  textMessage(bindingWords(turn.locale).moveAcknowledged());

export const guardTooLateMessage = (turn: Turn): Message =>
  textMessage(bindingWords(turn.locale).guardTooLate());
