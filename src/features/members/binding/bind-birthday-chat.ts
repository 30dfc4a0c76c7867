import { dateInZone } from '#foundation/clock.ts';
import type { Answer, Turn } from '#line/turn.ts';
import {
  askBirthdayMessage,
  askDayMessage,
  consentMessage,
  echoBirthdayMessage,
  noSuchBirthdayMessage,
} from './bind-messages.ts';
import { askStep, type BindData, birthdayOf, withBirthday } from './bind-step-rules.ts';
import { readBirthday } from './birthday-rules.ts';

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

/** A day in any common form, typed or from the calendar ('YYYY-MM-DD'). */
export function answerBirthday(turn: Turn, text: string, data: BindData): Answer {
  const { tappedMonth, ...rest } = data;
  const read = readBirthday({
    text,
    today: dateInZone(turn.now, turn.house.brand.zone),
    ...(tappedMonth === undefined ? {} : { month: Number(tappedMonth) }),
  });
  if (!read.ok) {
    const message =
      read.reason === 'not_a_date'
        ? tappedMonth
          ? askDayMessage(turn, Number(tappedMonth), 'bind')
          : askBirthdayMessage(turn, 'bind')
        : noSuchBirthdayMessage(turn, 'bind', read);
    return askStep('birthday', data, [message]);
  }
  const given = withBirthday(rest, read.birthday);
  return read.isDoubtful
    ? askStep('echo', given, [echoBirthdayMessage(turn, read.birthday)])
    : askStep('consent', given, [consentMessage(turn, given)]);
}

/** The echo was right. */
export function acceptBirthday(turn: Turn, data: BindData): Answer {
  return birthdayOf(data) ? askStep('consent', data, [consentMessage(turn, data)]) : askBirthday(turn, data);
}
