import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { returnsPolicy } from './purchase-rules.ts';
import { tellReturns } from './returns-messages.ts';

/** Keyword `returns`, postback `go:returns`. */
export async function answerReturns(turn: Turn, tx: Tx): Promise<Answer> {
  const policy = await readPolicy(tx, returnsPolicy, turn.now);
  return { messages: tellReturns(turn.house.flex, turn.locale, policy) };
}
