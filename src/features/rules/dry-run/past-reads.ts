import { type Db, sql } from '#foundation/db.ts';
import { readStoreCodes } from '../../stores/store-reads.ts';
import { ownAction } from '../../tiers/ranking/own-action-reads.ts';
import type { PastMember, PastPurchase, PastReturn } from './timeline-rules.ts';

/** So many people are in memory at a time. */
const batchSize = 1_000;

type Row = { memberId: number; memberNo: string; birthMonth: number | null };
type Wanted = { from: string; until: string; zone: string; withLines: boolean; withActivity: boolean };
export type PastMemberRow = PastMember & { memberNo: string };

/**
 * Everybody with what they bought and brought back from `from` on, in order of their ids, a batch at a time.
 * @param of.withLines, of.withActivity only where some rule asks for them
 */
export async function* readPastMembers(db: Db, of: Wanted): AsyncGenerator<PastMemberRow[]> {
  const storeCodes = await readStoreCodes(db);
  for (let after = 0; ; ) {
    const found = await sql<Row>`
      select id as "memberId", member_no as "memberNo", birth_month as "birthMonth"
      from members_published_members where id > ${after} order by id limit ${batchSize}`.execute(db);
    const last = found.rows.at(-1);
    if (!last) return;
    yield await readBatch(db, found.rows, { ...of, storeCodes });
    if (found.rows.length < batchSize) return;
    after = last.memberId;
  }
}

async function readBatch(
  db: Db,
  rows: readonly Row[],
  of: Wanted & { storeCodes: ReadonlyMap<number, string> },
): Promise<PastMemberRow[]> {
  const ids = rows.map(({ memberId }) => memberId);
  const purchases = await readPurchases(db, ids, of);
  const returns = await sql<PastReturn & { memberId: number }>`
    select member_id as "memberId", purchase_id as "purchaseId", purchased_on as "purchasedOn",
           returned_on as "returnedOn", amount_twd as "amountTwd"
    from purchases_published_returns
    where member_id = any(${ids}::bigint[]) and purchased_on >= ${of.from} and returned_on <= ${of.until}
    order by returned_at, id`.execute(db);
  const activity = of.withActivity ? await readActiveDays(db, ids, of) : [];
  const [bought, back, active] = [
    Map.groupBy(purchases, ({ memberId }) => memberId),
    Map.groupBy(returns.rows, ({ memberId }) => memberId),
    Map.groupBy(activity, ({ memberId }) => memberId),
  ];
  return rows.map((row) => ({
    ...row,
    purchases: bought.get(row.memberId) ?? [],
    returns: back.get(row.memberId) ?? [],
    activeDays: (active.get(row.memberId) ?? []).map(({ on }) => on),
  }));
}

async function readPurchases(
  db: Db,
  ids: readonly number[],
  of: { from: string; until: string; withLines: boolean; storeCodes: ReadonlyMap<number, string> },
): Promise<PastPurchase[]> {
  const found = await sql<
    Omit<PastPurchase, 'lines' | 'storeCode'> & { storeId: number; lines: PastPurchase['lines'] | null }
  >`
    select p.id as "purchaseId", p.member_id as "memberId", p.purchased_on as "purchasedOn", p.channel,
           p.store_id as "storeId", p.total_twd as "totalTwd", p.points_paid as "pointsPaid",
           p.returned_twd as "returnedTwd", p.fully_returned_at is not null as "isFullyReturned",
           ${
             of.withLines
               ? sql`(select json_agg(json_build_object('category', l.category, 'amountTwd', l.amount_twd))
                      from purchases_published_lines l where l.purchase_id = p.id)`
               : sql`null`
           } as lines
    from purchases_published_purchases p
    where p.member_id = any(${ids}::bigint[]) and p.purchased_on >= ${of.from} and p.purchased_on <= ${of.until}
    order by p.purchased_at, p.id`.execute(db);
  return found.rows.map(({ storeId, ...row }) => ({
    ...row,
    storeCode: of.storeCodes.get(storeId) ?? '',
    lines: row.lines ?? [],
  }));
}

async function readActiveDays(
  db: Db,
  ids: readonly number[],
  of: { from: string; until: string; zone: string },
): Promise<{ memberId: number; on: string }[]> {
  const found = await sql<{ memberId: number; on: string }>`
    select distinct member_id as "memberId", (occurred_at at time zone ${of.zone})::date as on
    from facts
    where member_id = any(${ids}::bigint[]) and ${ownAction}
      and occurred_at >= ${of.from}::date - 1 and occurred_at < ${of.until}::date + 2
    order by 1, 2`.execute(db);
  return found.rows;
}
