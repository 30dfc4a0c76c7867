import { type Locale, maskPhoneTail } from '#foundation/i18n.ts';
import { type LabelledAction, postbackAction } from '#line/flex-actions.ts';
import { encodePostback } from '#line/postback.ts';
import type { Message, Turn } from '#line/turn.ts';
import { bindingWords } from '../binding-locale.ts';
import { type Birthday, daysInMonth, type NoBirthday, rocYear } from '../birthday-rules.ts';
import {
  codeCard,
  consentActions,
  dateCard,
  echoActions,
  guardianActions,
  keepBirthdayAction,
  moveActions,
  newBirthdayActions,
  notNowAction,
  type Place,
  phoneAction,
  resendAction,
  showBirthday,
  stepCard,
} from '../dialog-cards.ts';
import type { NoPhone } from './phone-refusal-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type InTurn, type RefusalWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, RefusalWords> = { 'zh-TW': zhTW, en, ja };

const showEach = ([once, again]: InTurn, show: (sentence: string) => Message): InTurn<Message> => [
  show(once),
  show(again),
];

/** B3: what it is instead of a number that a code can be sent to. */
export function phoneRefusals(turn: Turn, why: NoPhone | { reason: 'first_step' }): InTurn<Message> {
  const words = wordsOf[turn.locale].phone;
  const { labels } = bindingWords(turn.locale);
  const show = (sentence: string) => stepCard(turn, sentence, [notNowAction(labels)]);
  const abroad = turn.house.brand.acceptsForeignPhones ? ` ${words.abroad()}` : '';
  switch (why.reason) {
    case 'no_number':
      return showEach(words.noNumber(), show);
    case 'more_than_number':
      return showEach(words.moreThanNumber(), show);
    case 'wrong_length':
      return showEach(words.wrongLength(why.digits), (sentence) => show(sentence + abroad));
    case 'not_mobile':
      return showEach(words.notMobile(), (sentence) => show(sentence + abroad));
    case 'landline':
      return showEach(words.landline(why.prefix), show);
    case 'foreign':
      return showEach(words.foreign(), show);
    case 'first_step':
      return showEach(words.noStepBefore(), show);
  }
}

/** B7. */
export function sendsUsedMessages(turn: Turn): InTurn<Message> {
  const { labels } = bindingWords(turn.locale);
  const stores: LabelledAction = postbackAction(labels.stores, encodePostback('go:stores'));
  return showEach(wordsOf[turn.locale].phone.sendsUsed(), (sentence) =>
    stepCard(turn, sentence, [stores, notNowAction(labels)]),
  );
}

/** B2 once more: a new code has left. */
export const codeResentMessages = (turn: Turn, phone: string): InTurn<Message> =>
  showEach(wordsOf[turn.locale].code.resent(maskPhoneTail(phone)), (sentence) => codeCard(turn, sentence));

/** B7 while a code is out: no more of them leave today, but the last one counts. */
export function codeSendsUsedMessages(turn: Turn, phone: string): InTurn<Message> {
  const { labels } = bindingWords(turn.locale);
  return showEach(wordsOf[turn.locale].code.sendsUsed(maskPhoneTail(phone)), (sentence) =>
    stepCard(turn, sentence, [phoneAction(labels), notNowAction(labels)]),
  );
}

/** What was typed is no code. */
export function codeRefusals(turn: Turn, digits: number): InTurn<Message> {
  const words = wordsOf[turn.locale].code;
  return showEach(digits === 0 ? words.noCode() : words.wrongLength(digits), (sentence) =>
    codeCard(turn, sentence),
  );
}

/** B8: it did not come, or it cannot go out. */
export function codeNotReceivedMessages(turn: Turn, phone: string, smsIsDown: boolean): InTurn<Message> {
  const words = wordsOf[turn.locale].code;
  return showEach(smsIsDown ? words.smsIsDown() : words.notReceived(maskPhoneTail(phone)), (sentence) =>
    codeCard(turn, sentence),
  );
}

/** B5 and B6: this code is over. */
export function codeOverMessages(turn: Turn, why: 'expired' | 'tries_used'): InTurn<Message> {
  const words = wordsOf[turn.locale].code;
  const { labels } = bindingWords(turn.locale);
  return showEach(why === 'expired' ? words.expired() : words.triesUsed(), (sentence) =>
    stepCard(turn, sentence, [resendAction(labels), notNowAction(labels)], 0),
  );
}

/** B10: what it is instead of a birthday. @param month that was chosen before */
export function birthdayRefusals(
  turn: Turn,
  why: Exclude<NoBirthday, { reason: 'month_only' }>,
  { place, month }: { place: Place; month: number | null },
): InTurn<Message> {
  const words = wordsOf[turn.locale].birthday;
  const { month: nameMonth, yearWithRoc } = bindingWords(turn.locale);
  return showEach(sentencesOf(), (sentence) => dateCard(turn, sentence, place));

  function sentencesOf(): InTurn {
    switch (why.reason) {
      case 'not_a_date':
        if (month !== null) return words.notADayOfMonth(nameMonth(month), daysInMonth(month, null));
        return place === 'bind' ? words.notADay() : words.notANewDay();
      case 'no_such_month':
        return words.noSuchMonth(why.month);
      case 'no_such_day': {
        const lastDay = daysInMonth(why.month, why.year);
        const monthName = nameMonth(why.month);
        return why.year === null
          ? words.noSuchDay(monthName, why.day, lastDay)
          : words.noSuchDayInYear(yearWithRoc(why.year, rocYear(why.year)), monthName, lastDay);
      }
      case 'future':
        return words.future();
      case 'odd_year':
        return words.oddYear(why.year);
    }
  }
}

/** B11, asked once more. */
export function echoRefusals(turn: Turn, birthday: Birthday): InTurn<Message> {
  const { labels } = bindingWords(turn.locale);
  return showEach(wordsOf[turn.locale].birthday.echo(showBirthday(turn, birthday)), (sentence) =>
    stepCard(turn, sentence, echoActions(labels), 0),
  );
}

/** B22, asked once more. */
export function newBirthdayRefusals(turn: Turn, birthday: Birthday): InTurn<Message> {
  const { labels } = bindingWords(turn.locale);
  return showEach(wordsOf[turn.locale].birthday.confirm(showBirthday(turn, birthday)), (sentence) =>
    turn.house.flex.megaText(sentence, newBirthdayActions(labels), {
      quickReplies: [keepBirthdayAction(labels)],
    }),
  );
}

/** B12, B14 and B17: neither a yes nor a no. */
export function agreementRefusals(turn: Turn, step: 'consent' | 'guardian' | 'move'): InTurn<Message> {
  const { labels } = bindingWords(turn.locale);
  const actions = {
    consent: consentActions(labels),
    guardian: guardianActions(turn),
    move: moveActions(labels),
  };
  return showEach(wordsOf[turn.locale].agreement[step](), (sentence) =>
    stepCard(turn, sentence, actions[step]),
  );
}
