import type { Answer, Asked, Message, Turn } from '#line/turn.ts';
import type { Birthday } from './birthday-rules.ts';

/** The questions of the binding conversation, in order; `echo`, `guardian` and `move` come only where needed. */
export type BindStep = 'phone' | 'code' | 'birthday' | 'echo' | 'consent' | 'guardian' | 'move';

/** What was answered so far, as texts; sealed where it is kept. */
export type BindData = {
  /** E.164 */
  phone?: string;
  month?: string;
  day?: string;
  year?: string;
  /** A month that was tapped, before its day is known. */
  tappedMonth?: string;
  consent?: ConsentChoice;
  guardian?: 'agreed';
};

export type ConsentChoice = 'all' | 'service';

const order: readonly BindStep[] = ['phone', 'code', 'birthday', 'echo', 'consent', 'guardian', 'move'];

export type OpenBinding = { step: BindStep; data: BindData };

/** The binding that stands open in this chat, or null; one that ran out is none. */
export function openBinding(asked: Asked | null): OpenBinding | null {
  if (asked?.dialog !== 'bind' || asked.isExpired) return null;
  const step = order.find((known) => known === asked.step);
  return step ? { step, data: asked.data as BindData } : null;
}

/** Whether the phone has been proven by its code in this conversation. */
export const isPhoneProven = (open: OpenBinding): boolean =>
  order.indexOf(open.step) >= order.indexOf('birthday') && open.data.phone !== undefined;

/** Messages that leave a step of the binding open. */
export function askStep(step: BindStep, data: BindData, messages: Message[]): Answer {
  const known = Object.entries(data).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { messages, ask: { dialog: 'bind', step, data: Object.fromEntries(known) } };
}

/** The birthday that was given, or null where it is not complete. */
export function birthdayOf(data: BindData): Birthday | null {
  if (data.month === undefined || data.day === undefined) return null;
  return { month: Number(data.month), day: Number(data.day), year: data.year ? Number(data.year) : null };
}

/** The data with a birthday in place of an earlier one. */
export function withBirthday({ phone, consent }: BindData, birthday: Birthday): BindData {
  return {
    ...(phone === undefined ? {} : { phone }),
    ...(consent === undefined ? {} : { consent }),
    month: String(birthday.month),
    day: String(birthday.day),
    ...(birthday.year === null ? {} : { year: String(birthday.year) }),
  };
}

/** 'yes', 'no', or null for any other text; the keywords of all three languages. */
export function typedChoice(turn: Turn): 'yes' | 'no' | null {
  if (turn.input.kind !== 'text') return null;
  return turn.input.keyword === 'yes' || turn.input.keyword === 'no' ? turn.input.keyword : null;
}
