import './tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Credit, creditPoints } from './ledger/credit-points.ts';
import { paidKey } from './pay-with-points.ts';
import { byEnd, drawLots } from './points-rules.ts';

/**
 * Gives back points that paid for a purchase, with the ends they had. What was drawn last comes back first, so
 * that a partial return favours the member and many of them together restore every lot.
 * @param input.before how many of them had come back already
 */
export async function returnPaidPoints(
  tx: Tx,
  input: {
    memberId: number;
    purchaseId: number;
    returnId: number;
    storeId: number;
    before: number;
    points: number;
    now: Date;
    actor: Actor;
  },
): Promise<void> {
  if (input.points <= 0) return;
  const used = await sql<Credit & { remaining: number }>`
    select u.amount, u.amount as remaining, null as "availableOn", l.ends_on as "endsOn",
           l.purchase_id as "purchaseId"
    from points_transactions t
    join points_lot_uses u on u.transaction_id = t.id
    join points_lots l on l.id = u.lot_id
    where t.idem_key = ${paidKey(input.purchaseId)}
    order by l.id`.execute(tx);
  const lastFirst = used.rows.toSorted(byEnd).reverse();
  const { drawn: earlier } = drawLots(lastFirst, input.before);
  const open = lastFirst.map((use) => {
    const gone = earlier.find(({ lot }) => lot === use)?.amount ?? 0;
    return { ...use, remaining: use.remaining - gone };
  });
  const { drawn } = drawLots(open, input.points);
  await creditPoints(
    tx,
    {
      idemKey: `return:${input.returnId}:paid`,
      content: { memberId: input.memberId, purchaseId: input.purchaseId, points: input.points },
      reason: 'paid_returned',
      source: { kind: 'purchase', id: String(input.purchaseId) },
      memberId: input.memberId,
      actor: input.actor,
      occurredAt: input.now,
      data: { storeId: input.storeId, returnId: input.returnId },
    },
    'spent',
    drawn.map(({ lot, amount }) => ({ ...lot, amount })),
  );
}
