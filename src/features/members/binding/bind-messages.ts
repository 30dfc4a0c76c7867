import { formatBirthday, formatCount, maskPhoneTail } from '#foundation/i18n.ts';
import { flexMessage, textMessage } from '#line/flex.ts';
import { dateAction, type LabelledAction, postbackAction, uriAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message, Turn } from '#line/turn.ts';
import type { BindData } from './bind-step-rules.ts';
import { birthdayOf } from './bind-step-rules.ts';
import { bindingWords } from './binding-locale.ts';
import { type Birthday, daysInMonth, rocYear } from './birthday-rules.ts';
import type { BindingWords } from './words.zh-TW.ts';

type Labels = BindingWords['labels'];
/** Buttons whose answer is typed open the keyboard. */
const typed = { openKeyboard: true };

const wordsFor = (turn: Turn): BindingWords => bindingWords(turn.locale);

export const notNowAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.notNow, encodePostback('bind:cancel'));
export const bindAction = (labels: Labels): LabelledAction =>
  postbackAction(labels.bind, encodePostback('go:bind'), labels.bind, typed);
const phoneAction = (labels: Labels) =>
  postbackAction(labels.changePhone, encodePostback('bind:phone'), labels.changePhone, typed);
const resendAction = (labels: Labels) =>
  postbackAction(labels.resend, encodePostback('bind:resend'), labels.resend, typed);

/** A sentence with buttons that stay, none of them coloured. */
function plainCard(turn: Turn, words: string, actions: LabelledAction[]): Message {
  return turn.house.flex.megaText(words, actions, { primary: null });
}

/** B1. */
export function askPhoneMessage(turn: Turn): Message {
  const { labels, askPhone } = wordsFor(turn);
  const notice = turn.house.brand.privacyNoticeUrl;
  return plainCard(turn, askPhone(), [
    ...(notice ? [uriAction(labels.privacy, notice)] : []),
    notNowAction(labels),
  ]);
}

/** B3: what kind of number it was, and how to write one that works. */
export function badPhoneMessage(
  turn: Turn,
  why: { reason: 'not_a_phone' | 'foreign' } | { reason: 'landline'; prefix: string },
): Message {
  const words = wordsFor(turn);
  const abroad = turn.house.brand.acceptsForeignPhones ? words.foreignPhone() : '';
  const sentence =
    why.reason === 'landline' ? words.landline(why.prefix) : `${words.badPhone()}${abroad && ` ${abroad}`}`;
  return plainCard(turn, sentence, [notNowAction(words.labels)]);
}

/** B2, the same for every number. */
export function codeSentMessage(turn: Turn, phone: string): Message {
  const words = wordsFor(turn);
  return codeCard(turn, words.codeSent(maskPhoneTail(phone)));
}

/** B4. */
export function wrongCodeMessage(turn: Turn, triesLeft: number): Message {
  return codeCard(turn, wordsFor(turn).wrongCode(formatCount(turn.locale, triesLeft, 'try')));
}

/** B8: it did not come, or it cannot go out. */
export function codeNotReceivedMessage(turn: Turn, smsIsDown: boolean): Message {
  const words = wordsFor(turn);
  return codeCard(turn, smsIsDown ? words.smsIsDown() : words.notReceived());
}

/** B5 and B6: this code is over. */
export function codeOverMessage(turn: Turn, why: 'expired' | 'tries_used'): Message {
  const words = wordsFor(turn);
  return turn.house.flex.megaText(why === 'expired' ? words.codeExpired() : words.triesUsed(), [
    resendAction(words.labels),
    notNowAction(words.labels),
  ]);
}

/** B7. */
export function sendsUsedMessage(turn: Turn): Message {
  const { labels, sendsUsed } = wordsFor(turn);
  return plainCard(turn, sendsUsed(), [
    postbackAction(labels.stores, encodePostback('go:stores')),
    notNowAction(labels),
  ]);
}

function codeCard(turn: Turn, sentence: string): Message {
  const { labels } = wordsFor(turn);
  return plainCard(turn, sentence, [resendAction(labels), phoneAction(labels), notNowAction(labels)]);
}

/** Months and a calendar; `place` is the dialog whose postbacks they are. */
function dateReplies(turn: Turn, place: 'bind' | 'birthday'): LabelledAction[] {
  const words = wordsFor(turn);
  const months = Array.from({ length: 12 }, (_, at) => {
    const label = words.month(at + 1);
    const data = encodePostback(`${place}:month`, { m: String(at + 1) });
    return postbackAction(label, data, label, typed);
  });
  const pick = encodePostback(place === 'bind' ? 'bind:birthday' : 'birthday:pick');
  const range = { initial: '1990-01-01', min: '1900-01-01', max: '2100-12-31' };
  return [...months, dateAction(words.labels.pickDate, pick, range)];
}

/** B9: the whole day, or the day of a month that was tapped. */
export function askBirthdayMessage(turn: Turn, place: 'bind' | 'birthday'): Message {
  const words = wordsFor(turn);
  const sentence = place === 'bind' ? words.askBirthday() : words.askNewBirthday();
  return textMessage(sentence, dateReplies(turn, place));
}

export function askDayMessage(turn: Turn, month: number, place: 'bind' | 'birthday'): Message {
  return textMessage(wordsFor(turn).askDay(month, daysInMonth(month, null)), dateReplies(turn, place));
}

/** B10. */
export function noSuchBirthdayMessage(
  turn: Turn,
  place: 'bind' | 'birthday',
  why: { reason: 'future' } | { reason: 'no_such_day'; month: number; day: number; year: number | null },
): Message {
  const words = wordsFor(turn);
  const sentence =
    why.reason === 'future'
      ? words.futureBirthday()
      : why.year === null
        ? words.noSuchDay(why.month, why.day)
        : words.noSuchDayInYear(
            words.yearWithRoc(why.year, rocYear(why.year)),
            why.month,
            daysInMonth(why.month, why.year),
          );
  return textMessage(sentence, dateReplies(turn, place));
}

/** B11. */
export function echoBirthdayMessage(turn: Turn, birthday: Birthday): Message {
  const words = wordsFor(turn);
  const day = formatBirthday(turn.locale, birthday.month, birthday.day);
  const shown =
    birthday.year === null
      ? day
      : words.birthdayWithYear(words.yearWithRoc(birthday.year, rocYear(birthday.year)), day);
  return turn.house.flex.megaText(words.echoBirthday(shown), [
    postbackAction(words.labels.correct, encodePostback('bind:birthday:ok')),
    postbackAction(words.labels.changeBirthday, encodePostback('bind:birthday'), undefined, typed),
  ]);
}

/** B12: both ways of agreeing look alike, and nothing is chosen beforehand. */
export function consentMessage(turn: Turn, data: BindData): Message {
  const words = wordsFor(turn);
  const { labels } = words;
  const kit = turn.house.flex;
  const birthday = birthdayOf(data);
  const isLeapDay = birthday?.month === 2 && birthday.day === 29;
  const shown = birthday ? formatBirthday(turn.locale, birthday.month, birthday.day) : '';
  const lines = [
    kit.text(words.consentTitle(), { size: 'lg', bold: true }),
    kit.text(words.consentWho(maskPhoneTail(data.phone ?? ''), shown)),
    ...(isLeapDay
      ? [kit.text(words.consentLeapDay(turn.house.brand.address), { size: 'sm', tone: 'muted' })]
      : []),
    kit.separator(),
    kit.text(words.consentService(), { size: 'sm', margin: 16 }),
    kit.text(words.consentOffers(), { size: 'sm' }),
    kit.text(words.consentMinor(), { size: 'sm', tone: 'muted' }),
  ];
  const buttons = kit.buttons(
    [
      postbackAction(labels.consentAll, encodePostback('bind:consent:all')),
      postbackAction(labels.consentService, encodePostback('bind:consent:service')),
      postbackAction(labels.edit, encodePostback('bind:edit')),
      notNowAction(labels),
    ],
    null,
  );
  return flexMessage(
    words.consentAlt(),
    kit.bubble('mega', { body: kit.body(lines), footer: kit.footer(buttons) }),
  );
}

/** B14. */
export function guardianMessage(turn: Turn): Message {
  const { labels, guardian } = wordsFor(turn);
  const terms = turn.house.brand.privacyNoticeUrl;
  return plainCard(turn, guardian(), [
    ...(terms ? [uriAction(labels.terms, terms)] : []),
    postbackAction(labels.guardianAgreed, encodePostback('bind:guardian')),
    notNowAction(labels),
  ]);
}

export function editWhichMessage(turn: Turn): Message {
  const { labels, editWhich } = wordsFor(turn);
  return plainCard(turn, editWhich(), [
    phoneAction(labels),
    postbackAction(labels.changeBirthday, encodePostback('bind:birthday'), undefined, typed),
    notNowAction(labels),
  ]);
}

/** B17: two answers of the same weight. */
export function askMoveMessage(turn: Turn): Message {
  const { labels, askMove } = wordsFor(turn);
  return plainCard(turn, askMove(), [
    postbackAction(labels.move, encodePostback('bind:move')),
    postbackAction(labels.keep, encodePostback('bind:keep')),
  ]);
}
