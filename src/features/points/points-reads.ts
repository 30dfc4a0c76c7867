import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { isOver, isSpendable, type Lot } from './ledger/lot-reads.ts';
import type { PointsReason } from './points-rules.ts';

export type PointsSummary = {
  /** Can be used today. */
  active: number;
  /** Waits for a return window to pass. */
  pending: number;
  /** What a return will take from later earnings. */
  debt: number;
  nextPending: { on: string; amount: number }[];
  /** What ends next, and its last day. */
  ending: { on: string; amount: number } | null;
};

/** What a member holds. @param today the business day in the brand's zone */
export async function readPoints(db: Db, memberId: number, today: string): Promise<PointsSummary> {
  const found = await sql<Holding>`
    select a.kind, coalesce(l.remaining, a.balance) as remaining, l.available_on as "availableOn",
           l.ends_on as "endsOn"
    from points_accounts a left join points_lots l on l.account_id = a.id and l.remaining > 0
    where a.member_id = ${memberId} and (l.id is not null or a.kind = 'debt')
    order by l.ends_on nulls last, l.id`.execute(db);
  const lots = (kind: Lot['kind']) =>
    found.rows.flatMap((held) => (held.kind === kind ? { ...held, kind } : []));
  const spendable = lots('active').filter((lot) => isSpendable(lot, today));
  const pending = lots('pending').filter((lot) => !isOver(lot, today));
  const nextPending = sumBy(pending, (lot) => lot.availableOn).sort((a, b) => (a.on < b.on ? -1 : 1));
  return {
    active: sum(spendable),
    pending: sum(pending),
    debt: sum(found.rows.filter(({ kind }) => kind === 'debt')),
    nextPending,
    ending: sumBy(spendable, (lot) => lot.endsOn)[0] ?? null,
  };
}

/** An open lot, or the debt. */
type Holding = Pick<Lot, 'remaining' | 'availableOn' | 'endsOn'> & { kind: Lot['kind'] | 'debt' };

export type PointsChange = {
  reason: PointsReason;
  occurredAt: Date;
  /** Plus or minus; never zero. */
  amount: number;
  storeId: number | null;
};

/** The last movements that changed what a member holds (or owes), newest first. */
export async function readPointsHistory(db: Db, memberId: number, limit = 10): Promise<PointsChange[]> {
  const rows = await sql<PointsChange>`
    select t.reason, t.occurred_at as "occurredAt", (t.data ->> 'storeId')::bigint as "storeId",
           sum(case a.kind when 'debt' then -e.amount else e.amount end)::bigint as amount
    from points_accounts a
    join points_entries e on e.account_id = a.id
    join points_transactions t on t.id = e.transaction_id
    where a.member_id = ${memberId}
    group by t.id
    having sum(case a.kind when 'debt' then -e.amount else e.amount end) <> 0
    order by t.id desc limit ${limit}`.execute(db);
  return rows.rows;
}

/** Where a member's points came from and went, summed by reason. */
export async function readPointsByReason(
  db: Db,
  memberId: number,
): Promise<ReadonlyMap<PointsReason, number>> {
  const rows = await sql<{ reason: PointsReason; amount: number }>`
    select t.reason, sum(case a.kind when 'debt' then -e.amount else e.amount end)::bigint as amount
    from points_accounts a
    join points_entries e on e.account_id = a.id
    join points_transactions t on t.id = e.transaction_id
    where a.member_id = ${memberId}
    group by t.reason`.execute(db);
  return new Map(rows.rows.map((row) => [row.reason, row.amount]));
}

const sum = (lots: readonly { remaining: number }[]): number =>
  lots.reduce((total, lot) => total + lot.remaining, 0);

function sumBy<Lot extends { remaining: number }>(
  lots: readonly Lot[],
  dayOf: (lot: Lot) => string | null,
): { on: string; amount: number }[] {
  const sums = new Map<string, number>();
  for (const lot of lots) {
    const on = dayOf(lot);
    if (on !== null) sums.set(on, (sums.get(on) ?? 0) + lot.remaining);
  }
  return [...sums].map(([on, amount]) => ({ on, amount }));
}
