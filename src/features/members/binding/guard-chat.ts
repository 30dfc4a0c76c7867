import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { guardTooLateMessage, moveAcknowledgedMessage, spendingLockedMessage } from './account-messages.ts';
import { lockSpending } from './lock-spending.ts';

/** 不是我 (postback guard:deny), from the LINE account that a card was taken from. */
export async function answerGuardDeny(turn: Turn, tx: Tx): Promise<Answer> {
  const { lineUserId, eventKey, now } = turn;
  const locked = await lockSpending(tx, { lineUserId, eventKey, now });
  return locked.ok
    ? { messages: [spendingLockedMessage(turn)], late: 'push' }
    : { messages: [guardTooLateMessage(turn)] };
}

/** 是我改的 (postback guard:ok): the hold ends by itself, it is not cut short. */
export async function answerGuardOk(turn: Turn): Promise<Answer> {
  return { messages: [moveAcknowledgedMessage(turn)] };
}
