import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { type Person, readPersonByLine } from '../person-reads.ts';
import {
  birthdayChangedMessage,
  birthdayKeptMessage,
  birthdayUsedUpMessage,
  confirmBirthdayMessage,
} from './account-messages.ts';
import { askBirthdayMessage, askDayMessage, noSuchBirthdayMessage } from './bind-messages.ts';
import { needsBindingMessage } from './bind-outcome-messages.ts';
import { typedChoice } from './bind-step-rules.ts';
import { type Birthday, readBirthday } from './birthday-rules.ts';
import { changeBirthday, mayChangeBirthday } from './change-birthday.ts';

/** 改生日, of a member: once, asked back (dialog 'birthday', steps 'ask' and 'confirm'). */
export async function askNewBirthday(turn: Turn, tx: Tx): Promise<Answer> {
  return whenChangeable(turn, tx, () => asking({}, askBirthdayMessage(turn, 'birthday')));
}

/** A text while one of the two questions stands open. */
export async function answerNewBirthday(turn: Turn, tx: Tx): Promise<Answer> {
  return whenChangeable(turn, tx, async (person) => {
    const { asked, input } = turn;
    if (input.kind !== 'text' || !asked || asked.isExpired) return askNewBirthday(turn, tx);
    const choice = typedChoice(turn);
    if (choice === 'no') return keepBirthday(turn);
    if (asked.step === 'confirm' && choice === 'yes') return change(turn, tx, person);
    return read(turn, input.text, asked.step === 'ask' ? asked.data.month : undefined);
  });
}

/** The postbacks `birthday`, `birthday:month`, `birthday:pick`, `birthday:yes` and `birthday:no`. */
export async function tapBirthday(turn: Turn, tx: Tx): Promise<Answer> {
  const { input } = turn;
  if (input.kind !== 'postback' || input.name === 'birthday') return askNewBirthday(turn, tx);
  if (input.name === 'birthday:no') return keepBirthday(turn);
  return whenChangeable(turn, tx, async (person) => {
    if (input.name === 'birthday:pick') return read(turn, input.params.date ?? '', undefined);
    if (input.name === 'birthday:yes') return change(turn, tx, person);
    const month = Number(input.args.m);
    return Number.isInteger(month) && month >= 1 && month <= 12
      ? asking({ month: String(month) }, askDayMessage(turn, month, 'birthday'))
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

function read(turn: Turn, text: string, month: string | undefined): Answer {
  const today = dateInZone(turn.now, turn.house.brand.zone);
  const found = readBirthday({ text, today, ...(month === undefined ? {} : { month: Number(month) }) });
  if (!found.ok) {
    const message =
      found.reason === 'not_a_date'
        ? askBirthdayMessage(turn, 'birthday')
        : noSuchBirthdayMessage(turn, 'birthday', found);
    return asking({}, message);
  }
  const { birthday } = found;
  const data = {
    month: String(birthday.month),
    day: String(birthday.day),
    ...(birthday.year === null ? {} : { year: String(birthday.year) }),
  };
  return {
    messages: [confirmBirthdayMessage(turn, birthday)],
    ask: { dialog: 'birthday', step: 'confirm', data },
  };
}

async function change(turn: Turn, tx: Tx, person: Person): Promise<Answer> {
  const { asked } = turn;
  if (asked?.dialog !== 'birthday' || asked.step !== 'confirm' || asked.isExpired)
    return askNewBirthday(turn, tx);
  const birthday: Birthday = {
    month: Number(asked.data.month),
    day: Number(asked.data.day),
    year: asked.data.year ? Number(asked.data.year) : null,
  };
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
