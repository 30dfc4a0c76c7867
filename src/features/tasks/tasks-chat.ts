import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { silenceFreeText } from '#friends/silence-free-text.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { needsBindingMessage } from '../members/binding/bind-outcome-messages.ts';
import { touchPersonByLine } from '../members/touch-person.ts';
import { openTask } from './open-task.ts';
import { agentMessage, pointsSoughtMessage } from './tasks-messages.ts';

/** 真人: the staff is told, and free text is not answered for a while, so that a person can be heard. */
export async function answerAgent(turn: Turn, tx: Tx): Promise<Answer> {
  const { lineUserId, now } = turn;
  const person = await touchPersonByLine(tx, { lineUserId, now });
  await openTask(tx, { kind: 'agent_wanted', memberId: person.memberId, dedupeKey: turn.eventKey, now });
  const until = addMs(now, turn.house.brand.takeoverMinutes * 60_000);
  await silenceFreeText(tx, { lineUserId, until });
  return { messages: [agentMessage(turn)], late: 'push' };
}

/** 找回點數 (postback task:merge): the staff looks for purchases of an earlier number or card. */
export async function answerFindPoints(turn: Turn, tx: Tx): Promise<Answer> {
  const { lineUserId, now } = turn;
  const person = await touchPersonByLine(tx, { lineUserId, now });
  if (!person.joinedAt) return { messages: [needsBindingMessage(turn)] };
  await openTask(tx, { kind: 'find_points', memberId: person.memberId, dedupeKey: turn.eventKey, now });
  return { messages: [pointsSoughtMessage(turn)] };
}
