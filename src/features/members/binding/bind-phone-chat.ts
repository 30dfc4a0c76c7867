import { wireClock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { parsePhone } from '../phone-rules.ts';
import {
  askBirthdayMessage,
  askPhoneMessage,
  codeSentMessage,
  consentMessage,
  wrongCodeMessage,
} from './bind-messages.ts';
import { askStep, type BindData, birthdayOf, refuseAtStep, stayAtStep } from './bind-step-rules.ts';
import { bindingWords } from './binding-locale.ts';
import { countDigits, explainPhone } from './refusals/phone-refusal-rules.ts';
import {
  codeNotReceivedMessages,
  codeOverMessages,
  codeRefusals,
  codeResentMessages,
  codeSendsUsedMessages,
  phoneRefusals,
  sendsUsedMessages,
} from './refusals/refusal-messages.ts';
import { sendPhoneCode } from './send-phone-code.ts';
import { isCodeGood, tryPhoneCode } from './try-phone-code.ts';
import { notReceived } from './words.zh-TW.ts';

/** Step 1: a phone; what was answered before stays, so that changing a number costs nothing else. */
export function askPhone(turn: Turn, data: BindData = {}): Answer {
  const { phone: _, ...kept } = data;
  return askStep('phone', kept, [askPhoneMessage(turn)]);
}

export async function answerPhone(turn: Turn, tx: Tx, text: string, data: BindData): Promise<Answer> {
  const phone = parsePhone(text, { acceptsForeign: turn.house.brand.acceptsForeignPhones });
  if (!phone.ok) return refuseAtStep({ step: 'phone', data }, phoneRefusals(turn, explainPhone(text, phone)));
  return sendCode(turn, tx, { ...data, phone: phone.e164 });
}

/**
 * Step 2: sends a code to the phone in `data`; known and unknown numbers take this same way.
 * @param isAgain a code went to this very phone before
 */
export async function sendCode(turn: Turn, tx: Tx, data: BindData, isAgain = false): Promise<Answer> {
  const { phone } = data;
  if (phone === undefined) return askPhone(turn, data);
  const { house } = turn;
  const sent = await sendPhoneCode(tx, house.secrets, {
    lineUserId: turn.lineUserId,
    phone,
    writeSms: (code) => bindingWords(turn.locale).codeSms(house.brandName, code),
    eventKey: turn.eventKey,
    zone: house.brand.zone,
    wireNow: wireClock.now(),
    now: turn.now,
  });
  if (!sent.ok) {
    const last = { lineUserId: turn.lineUserId, phone, at: turn.eventAt };
    return (await isCodeGood(tx, house.secrets, last))
      ? stayAtStep({ step: 'code', data }, codeSendsUsedMessages(turn, phone))
      : stayAtStep({ step: 'phone', data }, sendsUsedMessages(turn));
  }
  return isAgain
    ? stayAtStep({ step: 'code', data }, codeResentMessages(turn, phone))
    : askStep('code', data, [codeSentMessage(turn, phone)]);
}

/** An answer to step 2: the code, "it did not come", or another number straight away. */
export async function answerCode(
  turn: Turn,
  tx: Tx,
  text: string,
  data: BindData,
  isSmsDown: (tx: Tx) => Promise<boolean>,
): Promise<Answer> {
  const { phone } = data;
  if (phone === undefined) return askPhone(turn, data);
  const open = { step: 'code', data } as const;
  const code = text.normalize('NFKC').replace(/[\s-]/g, '');
  if (!/^[0-9]{6}$/.test(code)) {
    if (notReceived.test(text))
      return refuseAtStep(open, codeNotReceivedMessages(turn, phone, await isSmsDown(tx)));
    const other = parsePhone(text, { acceptsForeign: turn.house.brand.acceptsForeignPhones });
    return other.ok && other.e164 !== phone
      ? sendCode(turn, tx, { ...data, phone: other.e164 })
      : refuseAtStep(open, codeRefusals(turn, countDigits(text)));
  }
  const tried = await tryPhoneCode(tx, turn.house.secrets, {
    lineUserId: turn.lineUserId,
    phone,
    code,
    at: turn.eventAt,
  });
  if (tried.kind === 'wrong') return askStep('code', data, [wrongCodeMessage(turn, tried.triesLeft)]);
  if (tried.kind !== 'right') return stayAtStep(open, codeOverMessages(turn, tried.kind));
  return birthdayOf(data)
    ? askStep('consent', data, [consentMessage(turn, data)])
    : askStep('birthday', data, [askBirthdayMessage(turn, 'bind')]);
}
