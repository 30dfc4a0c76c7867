import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Asked, Turn } from '#line/turn.ts';
import { type Person, readPersonByLine } from '../person-reads.ts';
import {
  birthdayChangedMessage,
  birthdayKeptMessage,
  birthdayUsedUpMessage,
  confirmBirthdayMessage,
} from './account-messages.ts';
import { askBirthdayMessage, askDayMessage } from './bind-messages.ts';
import { needsBindingMessage } from './bind-outcome-messages.ts';
import { goesBack, pickInTurn, typedChoice } from './bind-step-rules.ts';
import { type Birthday, readBirthday } from './birthday-rules.ts';
import { changeBirthday, mayChangeBirthday } from './change-birthday.ts';
import { birthdayRefusals, newBirthdayRefusals } from './refusals/refusal-messages.ts';

/** 改生日, of a member: once, asked back (dialog 'birthday', steps 'ask' and 'confirm'). */
export async function askNewBirthday(turn: Turn, tx: Tx): Promise<Answer> {
  return whenChangeable(turn, tx, () => asking({}, askBirthdayMessage(turn, 'birthday')));
}

/** A text while one of the two questions stands open. */
export async function answerNewBirthday(turn: Turn, tx: Tx): Promise<Answer> {
  return whenChangeable(turn, tx, async (person) => {
    const { asked, input } = turn;
    if (input.kind !== 'text' || !asked || asked.isExpired)
      return { ...(await askNewBirthday(turn, tx)), isUnclear: true };
    const choice = typedChoice(turn);
    if (choice === 'no') return keepBirthday(turn);
    if (goesBack(turn))
      return asked.step === 'ask' && !asked.data.month ? keepBirthday(turn) : askNewBirthday(turn, tx);
    if (asked.step === 'confirm' && choice === 'yes') return change(turn, tx, person);
    return read(turn, input.text, asked);
  });
}

/** The postbacks `birthday`, `birthday:month`, `birthday:pick`, `birthday:yes` and `birthday:no`. */
export async function tapBirthday(turn: Turn, tx: Tx): Promise<Answer> {
  const { input } = turn;
  if (input.kind !== 'postback' || input.name === 'birthday') return askNewBirthday(turn, tx);
  if (input.name === 'birthday:no') return keepBirthday(turn);
  return whenChangeable(turn, tx, async (person) => {
    if (input.name === 'birthday:pick') return read(turn, input.params.date ?? '', null);
    if (input.name === 'birthday:yes') return change(turn, tx, person);
    const month = Number(input.args.m);
    return Number.isInteger(month) && month >= 1 && month <= 12
      ? askDay(turn, month)
      : askNewBirthday(turn, tx);
  });
}

async function keepBirthday(turn: Turn): Promise<Answer> {
  return { messages: [birthdayKeptMessage(turn)], ask: null };
}

async function whenChangeable(
  turn: Turn,
  tx: Tx,
  go: (person: Person) => Answer | Promise<Answer>,
): Promise<Answer> {
  const person = await readPersonByLine(tx, turn.lineUserId);
  if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)] };
  if (await mayChangeBirthday(tx, person.memberId)) return go(person);
  return { messages: [birthdayUsedUpMessage(turn)], ask: null };
}

const asking = (data: Record<string, string>, message: Answer['messages'][number]): Answer => ({
  messages: [message],
  ask: { dialog: 'birthday', step: 'ask', data },
});

const askDay = (turn: Turn, month: number): Answer =>
  asking({ month: String(month) }, askDayMessage(turn, month, 'birthday'));

/** @param asked the question that the text answers; null for the calendar, which needs none */
function read(turn: Turn, text: string, asked: Asked | null): Answer {
  const today = dateInZone(turn.now, turn.house.brand.zone);
  const month = asked?.step === 'ask' && asked.data.month ? Number(asked.data.month) : null;
  const found = readBirthday({ text, today, ...(month !== null && { month }) });
  if (found.ok)
    return {
      messages: [confirmBirthdayMessage(turn, found.birthday)],
      ask: { dialog: 'birthday', step: 'confirm', data: writeBirthday(found.birthday) },
    };
  if (found.reason === 'month_only') return askDay(turn, found.month);
  const proposed = asked?.step === 'confirm' && found.reason === 'not_a_date' ? asked.data : null;
  const { message, said } = pickInTurn(
    asked?.data ?? {},
    proposed
      ? newBirthdayRefusals(turn, readProposed(proposed))
      : birthdayRefusals(turn, found, { place: 'birthday', month }),
  );
  const data = proposed ?? (month === null ? {} : { month: String(month) });
  return {
    messages: [message],
    ask: { dialog: 'birthday', step: proposed ? 'confirm' : 'ask', data: { ...data, said } },
    isUnclear: true,
  };
}

const writeBirthday = ({ month, day, year }: Birthday): Record<string, string> => ({
  month: String(month),
  day: String(day),
  ...(year === null ? {} : { year: String(year) }),
});

const readProposed = ({ month, day, year }: Record<string, string>): Birthday => ({
  month: Number(month),
  day: Number(day),
  year: year ? Number(year) : null,
});

async function change(turn: Turn, tx: Tx, person: Person): Promise<Answer> {
  const { asked } = turn;
  if (asked?.dialog !== 'birthday' || asked.step !== 'confirm' || asked.isExpired)
    return askNewBirthday(turn, tx);
  const birthday = readProposed(asked.data);
  const { lineUserId, eventKey, now } = turn;
  const changed = await changeBirthday(tx, {
    memberId: person.memberId,
    lineUserId,
    birthday,
    eventKey,
    now,
  });
  return changed.ok
    ? { messages: [birthdayChangedMessage(turn, birthday)], ask: null, late: 'push' }
    : { messages: [birthdayUsedUpMessage(turn)], ask: null };
}
