import type { Tx } from '#foundation/db.ts';
import type { Answer, Message, Turn } from '#line/turn.ts';
import { readPersonByLine } from '../person-reads.ts';
import { acceptBirthday, answerBirthday, answerMonth, askBirthday } from './bind-birthday-chat.ts';
import {
  agree,
  type BindReaders,
  cancelBinding,
  finishBinding,
  readTypedConsent,
} from './bind-consent-chat.ts';
import { editWhichMessage } from './bind-messages.ts';
import {
  alreadyBoundMessage,
  notNowNeededMessage,
  offerSiteMessage,
  resumeMessage,
  startAnewMessage,
} from './bind-outcome-messages.ts';
import { answerCode, answerPhone, askPhone, sendCode } from './bind-phone-chat.ts';
import {
  askStep,
  goesBack,
  isPhoneProven,
  type OpenBinding,
  openBinding,
  refuseAtStep,
  typedChoice,
} from './bind-step-rules.ts';
import { goBack, promptAgain } from './bind-steps-chat.ts';
import { agreementRefusals } from './refusals/refusal-messages.ts';

type BindParts = BindReaders & {
  /** Whether text messages are known not to go out at present. */
  isSmsDown?(tx: Tx): Promise<boolean>;
};

/**
 * The binding conversation: phone, code, birthday, consent. Each step can be corrected and taken up again within 30
 * minutes; `start`, `resend`, `changePhone`, `changeBirthday` and `cancel` are also what can be typed.
 */
export function createBindChat(parts: BindParts) {
  const isSmsDown = async (tx: Tx) => (await parts.isSmsDown?.(tx)) ?? false;

  /** B1, or the member site's link; B20 within an open conversation; B21 for members. */
  async function start(turn: Turn, tx: Tx): Promise<Answer> {
    return whenUnbound(turn, tx, () => {
      const open = openBinding(turn.asked);
      if (open && open.step !== 'phone')
        return askStep(open.step, open.data, [resumeMessage(turn, open.step)]);
      const { memberSiteUrl } = turn.house.brand;
      const { linkToken } = turn.prepared;
      return memberSiteUrl && linkToken
        ? { messages: [offerSiteMessage(turn, siteLink(memberSiteUrl, linkToken))], ask: null }
        : askPhone(turn);
    });
  }

  /** A text that answers the open question. */
  async function answer(turn: Turn, tx: Tx): Promise<Answer> {
    return whenUnbound(turn, tx, async () => {
      const open = openBinding(turn.asked);
      if (!open || turn.input.kind !== 'text') return { ...startAnew(turn), isUnclear: true };
      const { text } = turn.input;
      const { data } = open;
      const choice = typedChoice(turn);
      if (goesBack(turn)) return goBack(turn, open);
      switch (open.step) {
        case 'phone':
          return choice === 'no' ? cancelBinding(turn) : answerPhone(turn, tx, text, data);
        case 'code':
          return choice === 'no' ? cancelBinding(turn) : answerCode(turn, tx, text, data, isSmsDown);
        case 'birthday':
          return choice === 'no' ? cancelBinding(turn) : answerBirthday(turn, text, open);
        case 'echo':
          if (choice === null) return answerBirthday(turn, text, open);
          return choice === 'yes' ? acceptBirthday(turn, data) : askBirthday(turn, data);
        case 'consent': {
          if (choice === 'no') return cancelBinding(turn);
          const consent = choice === 'yes' ? 'service' : readTypedConsent(text);
          return consent
            ? agree(turn, tx, consent, data, parts)
            : refuseAtStep(open, agreementRefusals(turn, 'consent'));
        }
        case 'guardian':
          if (choice === null) return refuseAtStep(open, agreementRefusals(turn, 'guardian'));
          return choice === 'yes' ? agreeAsGuardian(turn, tx, open) : cancelBinding(turn);
        case 'move':
          if (choice === null) return refuseAtStep(open, agreementRefusals(turn, 'move'));
          return choice === 'yes'
            ? finishBinding(turn, tx, data, { mayMove: true }, parts)
            : cancelBinding(turn);
      }
    });
  }

  /** A button of the conversation (postbacks `bind:…`), of this step or of an earlier message. */
  async function tap(turn: Turn, tx: Tx): Promise<Answer> {
    if (turn.input.kind !== 'postback') return startAnew(turn);
    const { name, args, params } = turn.input;
    return whenUnbound(turn, tx, async () => {
      const open = openBinding(turn.asked);
      if (name === 'bind:cancel' || name === 'bind:keep') return cancelBinding(turn);
      if (name === 'bind:phone') return askPhone(turn, open?.data);
      if (!open) return startAnew(turn);
      const { data, step } = open;
      const isProven = isPhoneProven(open);
      if (name === 'bind:resend' && step === 'code') return sendCode(turn, tx, data, true);
      if (name === 'bind:month' && isProven) return answerMonth(turn, args.m, data);
      if (name === 'bind:birthday' && isProven)
        return params.date
          ? answerBirthday(turn, params.date, { step: 'birthday', data: withoutMonth(data) })
          : askBirthday(turn, data);
      if (name === 'bind:birthday:ok' && step === 'echo') return acceptBirthday(turn, data);
      if (name === 'bind:edit' && step === 'consent')
        return askStep('consent', data, [editWhichMessage(turn)]);
      if (name === 'bind:consent:all' && step === 'consent') return agree(turn, tx, 'all', data, parts);
      if (name === 'bind:consent:service' && step === 'consent')
        return agree(turn, tx, 'service', data, parts);
      if (name === 'bind:guardian' && step === 'guardian') return agreeAsGuardian(turn, tx, open);
      if (name === 'bind:move' && step === 'move')
        return finishBinding(turn, tx, data, { mayMove: true }, parts);
      return promptAgain(turn, open);
    });
  }

  /** 重寄, typed. */
  async function resend(turn: Turn, tx: Tx): Promise<Answer> {
    return whenUnbound(turn, tx, async () => {
      const open = openBinding(turn.asked);
      if (!open) return startAnew(turn);
      if (open.step === 'code') return sendCode(turn, tx, open.data, true);
      const why = open.step === 'phone' ? 'nothingToResend' : 'phoneProven';
      return { messages: [notNowNeededMessage(turn, why)] };
    });
  }

  /** 改手機, typed. */
  async function changePhone(turn: Turn, tx: Tx): Promise<Answer> {
    return whenUnbound(turn, tx, () => askPhone(turn, openBinding(turn.asked)?.data));
  }

  /** 改生日, typed within the conversation; null outside of it. */
  function changeBirthday(turn: Turn): Answer | null {
    const open = openBinding(turn.asked);
    if (!open) return null;
    return isPhoneProven(open)
      ? askBirthday(turn, open.data)
      : { messages: [notNowNeededMessage(turn, 'birthdayLater')] };
  }

  /** 先不綁定, typed. */
  async function cancel(turn: Turn, tx: Tx): Promise<Answer> {
    return whenUnbound(turn, tx, () => cancelBinding(turn));
  }

  function agreeAsGuardian(turn: Turn, tx: Tx, { data }: OpenBinding): Promise<Answer> {
    return agree(turn, tx, data.consent ?? 'service', { ...data, guardian: 'agreed' }, parts);
  }

  return { start, answer, tap, resend, changePhone, changeBirthday, cancel };
}

/** B20: to be added as the last bubble when a keyword was answered in the middle of a binding. */
export function remindOfBinding(turn: Turn): Message | null {
  const open = openBinding(turn.asked);
  return open && resumeMessage(turn, open.step);
}

const startAnew = (turn: Turn): Answer => ({ messages: [startAnewMessage(turn)], ask: null });

async function whenUnbound(turn: Turn, tx: Tx, go: () => Answer | Promise<Answer>): Promise<Answer> {
  const person = await readPersonByLine(tx, turn.lineUserId);
  return person?.joinedAt
    ? {
        messages: [alreadyBoundMessage(turn, person.memberNo)],
        ...(turn.asked?.dialog === 'bind' && { ask: null }),
        isUnclear: true,
      }
    : go();
}

function withoutMonth({ tappedMonth: _, ...data }: OpenBinding['data']): OpenBinding['data'] {
  return data;
}

function siteLink(memberSiteUrl: string, linkToken: string): string {
  const link = new URL(memberSiteUrl);
  link.searchParams.set('linkToken', linkToken);
  return link.toString();
}
