import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Credit, creditPoints } from '../ledger/credit-points.ts';
import { exchangeKey } from './pay-for-claim.ts';

/**
 * Gives back the points that were exchanged for a coupon, with the ends they had, once per claim.
 * @returns how many; 0 when the coupon had cost none
 */
export async function returnClaimPoints(
  tx: Tx,
  input: { memberId: number; claimId: number; now: Date; actor: Actor },
): Promise<number> {
  const { memberId, claimId } = input;
  const used = await sql<Credit>`
    select u.amount, null as "availableOn", l.ends_on as "endsOn", l.purchase_id as "purchaseId"
    from points_transactions t
    join points_lot_uses u on u.transaction_id = t.id
    join points_lots l on l.id = u.lot_id
    where t.idem_key = ${exchangeKey(claimId)}
    order by l.id`.execute(tx);
  const points = used.rows.reduce((sum, use) => sum + use.amount, 0);
  if (points === 0) return 0;
  await creditPoints(
    tx,
    {
      idemKey: `claim:${claimId}:given-back`,
      content: { claimId, points },
      reason: 'exchange_returned',
      source: { kind: 'claim', id: String(claimId) },
      memberId,
      actor: input.actor,
      occurredAt: input.now,
    },
    'spent',
    used.rows,
  );
  return points;
}
