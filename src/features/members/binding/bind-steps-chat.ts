import type { Answer, Turn } from '#line/turn.ts';
import { askBirthday } from './bind-birthday-chat.ts';
import {
  askBirthdayMessage,
  askDayMessage,
  askMoveMessage,
  askPhoneMessage,
  codeSentMessage,
  consentMessage,
  echoBirthdayMessage,
  guardianMessage,
} from './bind-messages.ts';
import { askPhone } from './bind-phone-chat.ts';
import { askStep, birthdayOf, type OpenBinding, refuseAtStep } from './bind-step-rules.ts';
import { phoneRefusals } from './refusals/refusal-messages.ts';

/** 上一步: the step before. A birthday that was given stays until it is given anew; a number needs its code again. */
export function goBack(turn: Turn, { step, data }: OpenBinding): Answer {
  switch (step) {
    case 'phone':
      return refuseAtStep({ step, data }, phoneRefusals(turn, { reason: 'first_step' }));
    case 'code':
      return askPhone(turn, data);
    case 'birthday':
      return data.tappedMonth === undefined ? askPhone(turn, data) : askBirthday(turn, data);
    case 'echo':
    case 'consent':
      return askBirthday(turn, data);
    case 'guardian':
    case 'move':
      return askStep('consent', data, [consentMessage(turn, data)]);
  }
}

/** The open question once more, with what was answered so far. */
export function promptAgain(turn: Turn, { step, data }: OpenBinding): Answer {
  const birthday = birthdayOf(data);
  switch (step) {
    case 'phone':
      return askStep(step, data, [askPhoneMessage(turn)]);
    case 'code':
      return askStep(step, data, [codeSentMessage(turn, data.phone ?? '')]);
    case 'birthday':
      return askStep(step, data, [
        data.tappedMonth
          ? askDayMessage(turn, Number(data.tappedMonth), 'bind')
          : askBirthdayMessage(turn, 'bind'),
      ]);
    case 'echo':
      return birthday ? askStep(step, data, [echoBirthdayMessage(turn, birthday)]) : askBirthday(turn, data);
    case 'consent':
      return askStep(step, data, [consentMessage(turn, data)]);
    case 'guardian':
      return askStep(step, data, [guardianMessage(turn)]);
    case 'move':
      return askStep(step, data, [askMoveMessage(turn)]);
  }
}
