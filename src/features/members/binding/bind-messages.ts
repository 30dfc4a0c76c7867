import { formatBirthday, formatCount, maskPhoneTail } from '#foundation/i18n.ts';
import { flexMessage } from '#line/flex.ts';
import { uriAction } from '#line/flex-actions.ts';
import type { Message, Turn } from '#line/turn.ts';
import { type BindData, birthdayOf } from './bind-step-rules.ts';
import { bindingWords } from './binding-locale.ts';
import { type Birthday, daysInMonth } from './birthday-rules.ts';
import {
  codeCard,
  consentActions,
  dateCard,
  echoActions,
  editBirthdayAction,
  guardianActions,
  moveActions,
  notNowAction,
  type Place,
  phoneAction,
  showBirthday,
  stepCard,
} from './dialog-cards.ts';
import type { BindingWords } from './words.zh-TW.ts';

const wordsFor = (turn: Turn): BindingWords => bindingWords(turn.locale);

/** B1. */
export function askPhoneMessage(turn: Turn): Message {
  const { labels, askPhone } = wordsFor(turn);
  const notice = turn.house.brand.privacyNoticeUrl;
  return stepCard(turn, askPhone(), [
    ...(notice ? [uriAction(labels.privacy, notice)] : []),
    notNowAction(labels),
  ]);
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

/** B9: the whole day, or the day of a month that was tapped. */
export function askBirthdayMessage(turn: Turn, place: Place): Message {
  const words = wordsFor(turn);
  const sentence = place === 'bind' ? words.askBirthday() : words.askNewBirthday();
  return dateCard(turn, sentence, place);
}

export function askDayMessage(turn: Turn, month: number, place: Place): Message {
  return dateCard(turn, wordsFor(turn).askDay(month, daysInMonth(month, null)), place);
}

/** B11. */
export function echoBirthdayMessage(turn: Turn, birthday: Birthday): Message {
  const { labels, echoBirthday } = wordsFor(turn);
  return stepCard(turn, echoBirthday(showBirthday(turn, birthday)), echoActions(labels), 0);
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
  const buttons = kit.buttons(consentActions(labels), null);
  return flexMessage(
    words.consentAlt(),
    kit.bubble('mega', { body: kit.body(lines), footer: kit.footer(buttons) }),
    [notNowAction(labels)],
  );
}

/** B14. */
export const guardianMessage = (turn: Turn): Message =>
  stepCard(turn, wordsFor(turn).guardian(), guardianActions(turn));

export function editWhichMessage(turn: Turn): Message {
  const { labels, editWhich } = wordsFor(turn);
  return stepCard(turn, editWhich(), [phoneAction(labels), editBirthdayAction(labels), notNowAction(labels)]);
}

/** B17. */
export function askMoveMessage(turn: Turn): Message {
  const { labels, askMove } = wordsFor(turn);
  return stepCard(turn, askMove(), moveActions(labels));
}
