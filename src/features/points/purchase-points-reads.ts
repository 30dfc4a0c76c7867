import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Rate } from './points-rules.ts';

/** The key under which a purchase's points are earned. */
export const earnedKey = (purchaseId: number): string => `purchase:${purchaseId}:earned`;

/** What a purchase that earned points keeps for its returns: the rate of its own day. */
export type EarnedData = Rate & { earned: number; storeId: number; totalTwd: number };

/** What the ledger says of one purchase: earned, taken back, and ended while it was held. */
export type PurchasePoints = { data: EarnedData; earned: number; takenBack: number; ended: number };

/** Null when the purchase earned nothing. */
export async function readPurchasePoints(db: Db, purchaseId: number): Promise<PurchasePoints | null> {
  const found = await sql<{ data: EarnedData; takenBack: number; ended: number }>`
    select t.data,
      (select coalesce(sum((b.data ->> 'takenBack')::bigint), 0)::bigint from points_transactions b
       where b.source_kind = 'purchase' and b.source_id = ${String(purchaseId)} and b.reason = 'returned') as "takenBack",
      (select coalesce(sum(u.amount), 0)::bigint from points_lots l
       join points_lot_uses u on u.lot_id = l.id
       join points_transactions e on e.id = u.transaction_id and e.reason = 'ended'
       where l.purchase_id = ${purchaseId}) as "ended"
    from points_transactions t where t.idem_key = ${earnedKey(purchaseId)}`.execute(db);
  const row = found.rows[0];
  return row ? { ...row, earned: row.data.earned } : null;
}
