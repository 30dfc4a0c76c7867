import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { readSlipPoints } from '../../points/purchase-points-reads.ts';

/** A receipt, or the slip of a return, as a member has it in the hand. */
export type Slip = {
  kind: 'purchase' | 'return';
  storeId: number;
  /** The number printed on it. */
  no: string;
  /** Its business day, 'YYYY-MM-DD'. */
  on: string;
  /** Whole NT$, negative for a return. */
  amountTwd: number;
  /** Earned, or taken back (negative); 0 where it moved none. */
  points: number;
};

/** A member's last receipts and returns, newest first. */
export async function readRecentSlips(db: Db, of: { memberId: number; limit: number }): Promise<Slip[]> {
  const found = await sql<Omit<Slip, 'points'> & { id: number }>`
    (select 'purchase' as kind, id, store_id as "storeId", receipt_no as no, purchased_on as "on",
            total_twd as "amountTwd", purchased_at as at
     from purchases where member_id = ${of.memberId} order by purchased_at desc, id desc limit ${of.limit})
    union all
    (select 'return', r.id, r.store_id, r.return_no, r.returned_on, -r.amount_twd, r.returned_at
     from purchase_returns r join purchases p on p.id = r.purchase_id
     where p.member_id = ${of.memberId} order by r.returned_at desc, r.id desc limit ${of.limit})
    order by at desc, kind desc, id desc limit ${of.limit}`.execute(db);
  const idsOf = (kind: Slip['kind']) => found.rows.flatMap((slip) => (slip.kind === kind ? [slip.id] : []));
  const points = await readSlipPoints(db, { purchaseIds: idsOf('purchase'), returnIds: idsOf('return') });
  return found.rows.map(({ kind, id, storeId, no, on, amountTwd }) => ({
    kind,
    storeId,
    no,
    on,
    amountTwd,
    points: points[kind].get(id) ?? 0,
  }));
}
