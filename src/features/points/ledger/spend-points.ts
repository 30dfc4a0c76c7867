import { type Tx, together } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { drawLots } from '../points-rules.ts';
import { lockMember } from './lock-accounts.ts';
import { isSpendable } from './lot-reads.ts';
import { readPosition } from './position-reads.ts';
import { type Movement, postTransaction } from './post-transaction.ts';

/**
 * Spends points, first-ending first, once per key.
 * @param of.points a positive whole number
 * @param of.today the business day in the brand's zone: points whose last day has passed cannot be spent
 * @throws Fault 'points_key_reused' when the key was given for something else
 */
export async function spendPoints(
  tx: Tx,
  movement: Movement,
  of: { points: number; today: string },
): Promise<{ ok: true; transactionId: number } | Refused<'too_few_points', { held: number }>> {
  const { points } = of;
  if (!Number.isSafeInteger(points) || points <= 0)
    throw new Fault('points_amount', 'Spend a whole number of points');
  // One after the other: what is there is read under the lock.
  const [accounts, { posted, lots }] = await together(
    lockMember(tx, movement.memberId),
    readPosition(tx, movement),
  );
  if (posted !== null) return { ok: true, transactionId: posted };
  const { drawn, missing } = drawLots(
    lots.filter((lot) => isSpendable(lot, of.today)),
    points,
  );
  if (missing > 0) return refuse('too_few_points', { held: points - missing });
  const { transactionId } = await postTransaction(tx, movement, {
    legs: [
      { account: accounts.active.id, amount: -points },
      { account: 'spent', amount: points },
    ],
    draws: drawn.map(({ lot, amount }) => ({ lotId: lot.lotId, amount })),
  });
  return { ok: true, transactionId };
}
