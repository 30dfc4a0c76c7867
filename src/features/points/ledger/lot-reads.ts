import '../tables.ts';
import type { Db, Tx } from '#foundation/db.ts';

export type Lot = {
  lotId: number;
  accountId: number;
  kind: 'active' | 'pending';
  remaining: number;
  availableOn: string | null;
  endsOn: string | null;
  purchaseId: number | null;
};

/** A member's open lots, first-ending first. Under the accounts' lock they stand still. */
export async function readOpenLots(db: Db | Tx, memberId: number): Promise<Lot[]> {
  const rows = await db
    .selectFrom('points_lots as lot')
    .innerJoin('points_accounts as account', 'account.id', 'lot.account_id')
    .select([
      'lot.id as lotId',
      'lot.account_id as accountId',
      'account.kind',
      'lot.remaining',
      'lot.available_on as availableOn',
      'lot.ends_on as endsOn',
      'lot.purchase_id as purchaseId',
    ])
    .where('account.member_id', '=', memberId)
    .where('lot.is_open', '=', true)
    .orderBy('lot.ends_on', (order) => order.asc().nullsLast())
    .orderBy('lot.id')
    .execute();
  return rows as Lot[];
}

/** Whether a lot's points can pay today: they are not pending and their last day has not passed. */
export const isSpendable = (lot: Pick<Lot, 'kind' | 'endsOn'>, today: string): boolean =>
  lot.kind === 'active' && !isOver(lot, today);

/** Whether a lot's last day has passed, booked as ended or not yet. */
export const isOver = (lot: Pick<Lot, 'endsOn'>, today: string): boolean =>
  lot.endsOn !== null && lot.endsOn < today;
