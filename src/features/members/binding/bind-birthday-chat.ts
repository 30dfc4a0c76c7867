import { dateInZone } from '#foundation/clock.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { askBirthdayMessage, askDayMessage, consentMessage, echoBirthdayMessage } from './bind-messages.ts';
import {
  askStep,
  type BindData,
  birthdayOf,
  type OpenBinding,
  refuseAtStep,
  withBirthday,
} from './bind-step-rules.ts';
import { readBirthday } from './birthday-rules.ts';
import { birthdayRefusals, echoRefusals } from './refusals/refusal-messages.ts';

/** Step 3: the birthday anew. */
export function askBirthday(turn: Turn, data: BindData): Answer {
  const { tappedMonth: _, ...kept } = data;
  return askStep('birthday', kept, [askBirthdayMessage(turn, 'bind')]);
}

/** A month was tapped: only the day is missing. */
export function answerMonth(turn: Turn, monthText: string | undefined, data: BindData): Answer {
  const month = Number(monthText);
  if (!Number.isInteger(month) || month < 1 || month > 12) return askBirthday(turn, data);
  return askStep('birthday', { ...data, tappedMonth: String(month) }, [askDayMessage(turn, month, 'bind')]);
}

/**
 * A day in any common form, typed or from the calendar ('YYYY-MM-DD'), or a month as its button gives it. At the echo
 * only a date is another birthday.
 */
export function answerBirthday(turn: Turn, text: string, { step, data }: OpenBinding): Answer {
  const { tappedMonth, ...rest } = data;
  const month = tappedMonth === undefined ? null : Number(tappedMonth);
  const read = readBirthday({
    text,
    today: dateInZone(turn.now, turn.house.brand.zone),
    ...(month !== null && { month }),
  });
  if (read.ok) {
    const given = withBirthday(rest, read.birthday);
    return read.isDoubtful
      ? askStep('echo', given, [echoBirthdayMessage(turn, read.birthday)])
      : askStep('consent', given, [consentMessage(turn, given)]);
  }
  if (read.reason === 'month_only') return answerMonth(turn, String(read.month), data);
  const echoed = step === 'echo' ? birthdayOf(data) : null;
  return echoed && read.reason === 'not_a_date'
    ? refuseAtStep({ step, data }, echoRefusals(turn, echoed))
    : refuseAtStep({ step: 'birthday', data }, birthdayRefusals(turn, read, { place: 'bind', month }));
}

/** The echo was right. */
export function acceptBirthday(turn: Turn, data: BindData): Answer {
  return birthdayOf(data) ? askStep('consent', data, [consentMessage(turn, data)]) : askBirthday(turn, data);
}
