import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { EarningTerms, Rate } from './earning/earning-rules.ts';

/** The key under which a purchase's points are earned. */
export const earnedKey = (purchaseId: number): string => `purchase:${purchaseId}:earned`;

/** The key under which a return takes points back. */
export const takenBackKey = (returnId: number): string => `return:${returnId}:taken-back`;

/**
 * What a purchase that earned points keeps for its returns and for whoever asks why: the terms of its own day.
 * `bonus`: how many of the points the base rate alone would not have brought.
 */
export type EarnedData = EarningTerms & {
  earned: number;
  bonus: number;
  storeId: number;
  totalTwd: number;
  policyVersion: number;
};

/** As it stands in the ledger: earnings of the plain rate may say nothing of bonuses. */
type StoredData = Rate &
  Pick<EarnedData, 'earned'> &
  Partial<Pick<EarnedData, 'tierPercent' | 'memberDay' | 'bonus'>>;

/** What the ledger says of one purchase: earned, taken back, ended while it was held, and what of it settled a debt. */
export type PurchasePoints = {
  terms: EarningTerms;
  earned: number;
  bonus: number;
  settled: number;
  takenBack: number;
  ended: number;
};

/** Null when the purchase earned nothing. */
export async function readPurchasePoints(db: Db, purchaseId: number): Promise<PurchasePoints | null> {
  const found = await sql<{ data: StoredData; settled: number; takenBack: number; ended: number }>`
    select t.data,
      (select coalesce(-sum(e.amount), 0)::bigint from points_entries e
       join points_accounts a on a.id = e.account_id and a.kind = 'debt'
       where e.transaction_id = t.id) as "settled",
      (select coalesce(sum((b.data ->> 'takenBack')::bigint), 0)::bigint from points_transactions b
       where b.source_kind = 'purchase' and b.source_id = ${String(purchaseId)} and b.reason = 'returned') as "takenBack",
      (select coalesce(sum(u.amount), 0)::bigint from points_lots l
       join points_lot_uses u on u.lot_id = l.id
       join points_transactions e on e.id = u.transaction_id and e.reason = 'ended'
       where l.purchase_id = ${purchaseId}) as "ended"
    from points_transactions t where t.idem_key = ${earnedKey(purchaseId)}`.execute(db);
  const row = found.rows[0];
  if (!row) return null;
  const { data, ...sums } = row;
  return { ...sums, terms: readTerms(data), earned: data.earned, bonus: data.bonus ?? 0 };
}

const readTerms = ({ twdPerPoint, pointValueTwd, tierPercent, memberDay }: StoredData): EarningTerms => ({
  twdPerPoint,
  pointValueTwd,
  tierPercent: tierPercent ?? 100,
  memberDay: memberDay ?? null,
});

/** What bonuses brought a member beyond the base rate, and the terms of the last such purchases, newest first. */
export async function readBonusPoints(
  db: Db,
  memberId: number,
): Promise<{ points: number; recent: EarningTerms[] }> {
  const found = await sql<{ points: number; recent: StoredData[] | null }>`
    select coalesce(sum((t.data ->> 'bonus')::bigint), 0)::bigint as points,
           to_jsonb((array_agg(t.data order by t.id desc))[1:10]) as recent
    from points_transactions t
    where t.member_id = ${memberId} and t.reason = 'purchase' and (t.data ->> 'bonus')::bigint > 0`.execute(
    db,
  );
  const row = found.rows[0];
  return { points: row?.points ?? 0, recent: (row?.recent ?? []).map(readTerms) };
}

/** What receipts earned, and what return slips took back of that (negative), by id; nothing where no points moved. */
export async function readSlipPoints(
  db: Db,
  of: { purchaseIds: readonly number[]; returnIds: readonly number[] },
): Promise<Record<'purchase' | 'return', ReadonlyMap<number, number>>> {
  const slips = [
    ...of.purchaseIds.map((id) => ({ kind: 'purchase' as const, id, key: earnedKey(id) })),
    ...of.returnIds.map((id) => ({ kind: 'return' as const, id, key: takenBackKey(id) })),
  ];
  const found = await sql<{ key: string; points: number }>`
    select idem_key as key, coalesce((data ->> 'earned')::bigint, -(data ->> 'takenBack')::bigint) as points
    from points_transactions where idem_key = any(${slips.map(({ key }) => key)}::text[])`.execute(db);
  const byKey = new Map(found.rows.map(({ key, points }) => [key, points]));
  const pointsOf = (kind: 'purchase' | 'return') =>
    new Map(
      slips.flatMap((slip) => (slip.kind === kind ? [[slip.id, byKey.get(slip.key) ?? 0] as const] : [])),
    );
  return { purchase: pointsOf('purchase'), return: pointsOf('return') };
}
