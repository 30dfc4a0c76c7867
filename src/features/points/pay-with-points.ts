import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { lockMember } from './ledger/lock-accounts.ts';
import { isSpendable, readOpenLots } from './ledger/lot-reads.ts';
import { findPosted, type Movement, postTransaction } from './ledger/post-transaction.ts';
import { drawLots } from './points-rules.ts';

/** The key under which a purchase's points are paid. */
export const paidKey = (purchaseId: number): string => `purchase:${purchaseId}:paid`;

/**
 * Pays for a purchase with points, first-ending first, once per purchase.
 * @param input.points a positive whole number
 * @param input.today the business day in the brand's zone: points whose last day has passed cannot pay
 * @throws Fault 'points_key_reused' when this purchase was paid with another number of points
 */
export async function payWithPoints(
  tx: Tx,
  input: {
    memberId: number;
    purchaseId: number;
    storeId: number;
    points: number;
    today: string;
    now: Date;
    actor: Actor;
  },
): Promise<{ ok: true; transactionId: number } | Refused<'too_few_points', { held: number }>> {
  const { memberId, purchaseId, points } = input;
  if (!Number.isSafeInteger(points) || points <= 0)
    throw new Fault('points_amount', 'Pay a whole number of points');
  const movement: Movement = {
    idemKey: paidKey(purchaseId),
    content: { memberId, points },
    reason: 'paid',
    source: { kind: 'purchase', id: String(purchaseId) },
    memberId,
    actor: input.actor,
    occurredAt: input.now,
    data: { storeId: input.storeId },
  };
  const accounts = await lockMember(tx, memberId);
  const posted = await findPosted(tx, movement);
  if (posted !== null) return { ok: true, transactionId: posted };
  const spendable = (await readOpenLots(tx, memberId)).filter((lot) => isSpendable(lot, input.today));
  const { drawn, missing } = drawLots(spendable, points);
  if (missing > 0) return refuse('too_few_points', { held: points - missing });
  const transactionId = await postTransaction(tx, movement, {
    legs: [
      { account: accounts.active.id, amount: -points },
      { account: 'spent', amount: points },
    ],
    draws: drawn.map(({ lot, amount }) => ({ lotId: lot.lotId, amount })),
  });
  return { ok: true, transactionId };
}
