import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { gatherReads, sortOut } from '#foundation/gather-reads.ts';
import { anyId } from '#foundation/lists.ts';
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
  const holdings = await readHoldings(db, memberId);
  const lots = (kind: Lot['kind']) =>
    holdings.flatMap((held) => (held.kind === kind ? { ...held, kind } : []));
  const spendable = lots('active').filter((lot) => isSpendable(lot, today));
  const pending = lots('pending').filter((lot) => !isOver(lot, today));
  const nextPending = sumBy(pending, (lot) => lot.availableOn).sort((a, b) => (a.on < b.on ? -1 : 1));
  return {
    active: sum(spendable),
    pending: sum(pending),
    debt: sum(holdings.filter(({ kind }) => kind === 'debt')),
    nextPending,
    ending: sumBy(spendable, (lot) => lot.endsOn)[0] ?? null,
  };
}

/** An open lot, or the debt. */
type Holding = Pick<Lot, 'remaining' | 'availableOn' | 'endsOn'> & { kind: Lot['kind'] | 'debt' };

const readHoldings = gatherReads(async (db, memberIds: readonly number[]) => {
  const found = await sql<Holding & { memberId: number }>`
    select a.member_id as "memberId", a.kind, coalesce(l.remaining, a.balance) as remaining,
           l.available_on as "availableOn", l.ends_on as "endsOn"
    from points_accounts a left join points_lots l on l.account_id = a.id and l.is_open
    where a.member_id = ${anyId(memberIds)} and (l.id is not null or a.kind = 'debt')
    order by l.ends_on nulls last, l.id`.execute(db);
  return sortOut(memberIds, found.rows, ({ memberId }) => memberId);
});

export type PointsChange = {
  reason: PointsReason;
  occurredAt: Date;
  /** Plus or minus; never zero. */
  amount: number;
  storeId: number | null;
};

/** The last ten movements that changed what a member holds (or owes), newest first. */
export const readPointsHistory: (db: Db, memberId: number) => Promise<PointsChange[]> = gatherReads(
  async (db, memberIds: readonly number[]) => {
    const found = await sql<PointsChange & { memberId: number }>`
      select asked.member_id as "memberId", last.*
      from unnest((select ${[...memberIds]}::bigint[])) asked(member_id)
      cross join lateral (
        select t.reason, t.occurred_at as "occurredAt", (t.data ->> 'storeId')::bigint as "storeId",
               sum(case a.kind when 'debt' then -e.amount else e.amount end)::bigint as amount
        from points_accounts a
        join points_entries e on e.account_id = a.id
        join points_transactions t on t.id = e.transaction_id
        where a.member_id = asked.member_id
        group by t.id
        having sum(case a.kind when 'debt' then -e.amount else e.amount end) <> 0
        order by t.id desc limit ${changesShown}) last`.execute(db);
    const own = sortOut(memberIds, found.rows, ({ memberId }) => memberId);
    return own.map((rows) => rows.map(({ memberId: _, ...change }) => change));
  },
);

const changesShown = 10;

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
