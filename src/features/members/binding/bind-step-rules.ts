import type { Answer, Asked, Message, Turn } from '#line/turn.ts';
import type { Birthday } from './birthday-rules.ts';
import type { InTurn } from './refusals/words.zh-TW.ts';

/** The questions of the binding conversation, in order; `echo`, `guardian` and `move` come only where needed. */
export type BindStep = 'phone' | 'code' | 'birthday' | 'echo' | 'consent' | 'guardian' | 'move';

/** The last sentence of those that are said in turn. */
type Said = { said?: string };

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
} & Said;

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

/** The first of two ways to say something, or the second where the first was said last; and what to remember of it. */
export function pickInTurn(
  { said }: Said,
  [once, again]: InTurn<Message>,
): { message: Message; said: string } {
  const message = sentenceOf(once) === said ? again : once;
  return { message, said: sentenceOf(message) };
}

const sentenceOf = (message: Message): string =>
  message.type === 'flex' ? message.altText : message.type === 'text' ? message.text : '';

/** The step stays open behind one of two messages. */
export function stayAtStep({ step, data }: OpenBinding, messages: InTurn<Message>): Answer {
  const { message, said } = pickInTurn(data, messages);
  return askStep(step, { ...data, said }, [message]);
}

/** The same for what was no answer to the step at all. */
export const refuseAtStep = (open: OpenBinding, messages: InTurn<Message>): Answer => ({
  ...stayAtStep(open, messages),
  isUnclear: true,
});

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

/** 上一步, typed. */
export const goesBack = ({ input }: Turn): boolean => input.kind === 'text' && input.keyword === 'back';
