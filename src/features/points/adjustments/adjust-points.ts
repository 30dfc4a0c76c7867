import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { creditPoints } from '../ledger/credit-points.ts';
import { lockMember } from '../ledger/lock-accounts.ts';
import { isSpendable, readOpenLots } from '../ledger/lot-reads.ts';
import { findPosted, type Movement, postTransaction } from '../ledger/post-transaction.ts';
import { readPoints } from '../points-reads.ts';
import { drawLots, findEnd, pointsPolicy } from '../points-rules.ts';

/**
 * Sets a balance right by hand, once per key: points given end by the usual rule and settle a debt first, points
 * taken come from what ends first. Never more than can be used today; what waits for a return window stays.
 * @param input.points plus or minus, not 0
 * @param input.reason masked words of whoever adjusts
 * @param input.approval set when a second person agreed
 * @returns `balance`: what can be used afterwards
 */
export async function adjustPoints(
  tx: Tx,
  input: {
    memberId: number;
    points: number;
    key: string;
    reason: string;
    storeId: number | null;
    approval: { approvalId: number; askedById: number } | null;
    now: Date;
    actor: Actor;
  },
): Promise<
  { ok: true; transactionId: number; balance: number } | Refused<'not_enough_points', { held: number }>
> {
  const { memberId, points, now, actor } = input;
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const today = dateInZone(now, zone);
  const movement: Movement = {
    idemKey: `adjusted:${input.key}`,
    content: { memberId, points },
    reason: 'adjusted',
    source: { kind: 'staff', id: actor.id },
    memberId,
    actor,
    occurredAt: now,
    data: { storeId: input.storeId, ...input.approval },
  };
  await lockMember(tx, memberId);
  const before = await readPoints(tx, memberId, today);
  const posted = await findPosted(tx, movement);
  if (posted !== null) return { ok: true, transactionId: posted, balance: before.active };
  if (before.active + points < 0) return refuse('not_enough_points', { held: before.active });

  const transactionId =
    points > 0
      ? await give(tx, movement, { points, today })
      : await take(tx, movement, { points: -points, today });
  const after = await readPoints(tx, memberId, today);
  await recordAudit(tx, {
    at: now,
    actor,
    action: 'points.adjusted',
    subjectKind: 'points_transaction',
    subjectId: String(transactionId),
    memberId,
    before: { active: before.active, debt: before.debt },
    after: {
      active: after.active,
      debt: after.debt,
      points,
      reason: input.reason,
      storeId: input.storeId,
      ...input.approval,
    },
  });
  return { ok: true, transactionId, balance: after.active };
}

async function give(tx: Tx, movement: Movement, of: { points: number; today: string }): Promise<number> {
  const { ends } = await readPolicy(tx, pointsPolicy, movement.occurredAt);
  const credit = {
    amount: of.points,
    availableOn: null,
    endsOn: findEnd(ends, of.today),
    purchaseId: null,
  };
  return (await creditPoints(tx, movement, 'adjusted', [credit])).transactionId;
}

async function take(tx: Tx, movement: Movement, of: { points: number; today: string }): Promise<number> {
  const accounts = await lockMember(tx, movement.memberId);
  const spendable = (await readOpenLots(tx, movement.memberId)).filter((lot) => isSpendable(lot, of.today));
  const { drawn } = drawLots(spendable, of.points);
  const { transactionId } = await postTransaction(tx, movement, {
    legs: [
      { account: accounts.active.id, amount: -of.points },
      { account: 'adjusted', amount: of.points },
    ],
    draws: drawn.map(({ lot, amount }) => ({ lotId: lot.lotId, amount })),
  });
  return transactionId;
}
