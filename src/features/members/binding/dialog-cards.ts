import { formatBirthday } from '#foundation/i18n.ts';
import { dateAction, type LabelledAction, postbackAction, uriAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message, Turn } from '#line/turn.ts';
import { bindingWords } from './binding-locale.ts';
import { type Birthday, rocYear } from './birthday-rules.ts';
import type { BindingWords } from './words.zh-TW.ts';

type Labels = BindingWords['labels'];
/** The two conversations that ask for a birthday, by the name that their postbacks begin with. */
export type Place = 'bind' | 'birthday';
/** Buttons whose answer is typed open the keyboard. */
export const typed = { openKeyboard: true };

export const notNowAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.notNow, encodePostback('bind:cancel'));
export const bindAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.bind, encodePostback('go:bind'), labels.bind, typed);
export const phoneAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.changePhone, encodePostback('bind:phone'), labels.changePhone, typed);
export const resendAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.resend, encodePostback('bind:resend'), labels.resend, typed);
export const editBirthdayAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.changeBirthday, encodePostback('bind:birthday'), undefined, typed);
export const keepBirthdayAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.birthdayNo, encodePostback('birthday:no'));

export const echoActions = (labels: Labels): LabelledAction[] => [
  postbackAction(labels.correct, encodePostback('bind:birthday:ok')),
  editBirthdayAction(labels),
];

/** Both ways of agreeing weigh the same. */
export const consentActions = (labels: Labels): LabelledAction[] => [
  postbackAction(labels.consentAll, encodePostback('bind:consent:all')),
  postbackAction(labels.consentService, encodePostback('bind:consent:service')),
  postbackAction(labels.edit, encodePostback('bind:edit')),
  notNowAction(labels),
];

export function guardianActions(turn: Turn): LabelledAction[] {
  const { labels } = bindingWords(turn.locale);
  const terms = turn.house.brand.privacyNoticeUrl;
  return [
    ...(terms ? [uriAction(labels.terms, terms)] : []),
    postbackAction(labels.guardianAgreed, encodePostback('bind:guardian')),
    notNowAction(labels),
  ];
}

/** Two answers of the same weight. */
export const moveActions = (labels: Labels): LabelledAction[] => [
  postbackAction(labels.move, encodePostback('bind:move')),
  postbackAction(labels.keep, encodePostback('bind:keep')),
];

export const newBirthdayActions = (labels: Labels): LabelledAction[] => [
  postbackAction(labels.birthdayYes, encodePostback('birthday:yes')),
  keepBirthdayAction(labels),
];

/** A birthday as it is asked back: with the year of both calendars where one was given. */
export function showBirthday(turn: Turn, { year, month, day }: Birthday): string {
  const words = bindingWords(turn.locale);
  const shown = formatBirthday(turn.locale, month, day);
  return year === null ? shown : words.birthdayWithYear(words.yearWithRoc(year, rocYear(year)), shown);
}

/**
 * A sentence with the buttons of a step of the binding, none of them coloured unless it is the only way on. The way
 * out stands below the chat too, however many buttons there are.
 */
export function stepCard(
  turn: Turn,
  words: string,
  actions: readonly LabelledAction[],
  primary: number | null = null,
): Message {
  const quickReplies = [notNowAction(bindingWords(turn.locale).labels)];
  return turn.house.flex.megaText(words, actions, { primary, quickReplies });
}

/** With what can be done about a code. */
export function codeCard(turn: Turn, words: string): Message {
  const { labels } = bindingWords(turn.locale);
  return stepCard(turn, words, [resendAction(labels), phoneAction(labels), notNowAction(labels)]);
}

/** With a calendar, the months below the chat and, as the last of them, the way out. */
export function dateCard(turn: Turn, words: string, place: Place): Message {
  const { labels, month } = bindingWords(turn.locale);
  const months = Array.from({ length: 12 }, (_, at) => {
    const label = month(at + 1);
    return postbackAction(label, encodePostback(`${place}:month`, { m: String(at + 1) }), label, typed);
  });
  const pick = encodePostback(place === 'bind' ? 'bind:birthday' : 'birthday:pick');
  const range = { initial: '1990-01-01', min: '1900-01-01', max: '2100-12-31' };
  const leave = place === 'bind' ? notNowAction(labels) : keepBirthdayAction(labels);
  const calendar = dateAction(labels.pickDate, pick, range);
  return turn.house.flex.megaText(words, [calendar, leave], {
    primary: null,
    quickReplies: [...months, leave],
  });
}
