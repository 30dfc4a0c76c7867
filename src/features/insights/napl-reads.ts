import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { lastPurchaseOfPassing, type NaplStage, naplStage, type PurchaseHabit } from './napl-rules.ts';

export type Lapse = {
  memberId: number;
  /** L for who bought once, P for who bought more often. */
  stage: NaplStage | null;
  lastPurchaseOn: string;
  importedAt: Date | null;
};

/** Living persons who pass from N to L or from A to P on `day`, set-based. */
export async function readLapses(db: Db, input: { day: string; windowDays: number }): Promise<Lapse[]> {
  const lastDay = lastPurchaseOfPassing(input.day, input.windowDays);
  const found = await sql<Omit<Lapse, 'stage'> & { validCount: number }>`
    select distinct on (l.member_id) l.member_id as "memberId", h.valid_count as "validCount",
           ${lastDay} as "lastPurchaseOn", m.imported_at as "importedAt"
    from (select distinct member_id from purchases_published_purchases
          where purchased_on = ${lastDay} and fully_returned_at is null and member_id is not null) l
    join members_published_members m on m.id = l.member_id
    cross join lateral (
      select count(*) as valid_count, max(p.purchased_on) as last_on from purchases_published_purchases p
      where p.member_id = l.member_id and p.fully_returned_at is null and p.purchased_on <= ${input.day}) h
    where h.last_on = ${lastDay}
    order by l.member_id`.execute(db);
  return found.rows.map(({ validCount, ...lapse }) => ({
    ...lapse,
    stage: naplStage({ validCount, lastPurchaseOn: lastDay }, input.day, input.windowDays),
  }));
}

/** How often and how lately one person bought, as known on `today`. */
export async function readPurchaseHabit(db: Db, memberId: number, today: string): Promise<PurchaseHabit> {
  const found = await sql<PurchaseHabit>`
    select count(*) as "validCount", max(purchased_on) as "lastPurchaseOn"
    from purchases_published_purchases
    where member_id = ${memberId} and fully_returned_at is null and purchased_on <= ${today}`.execute(db);
  return found.rows[0] ?? { validCount: 0, lastPurchaseOn: null };
}

/**
 * What a person buys: the weightiest category of the last valid purchase, and the one that most valid purchases
 * hold (of equals the later bought).
 */
export async function readFavouriteCategories(
  db: Db,
  memberId: number,
): Promise<{ last: string | null; usual: string | null }> {
  const found = await sql<{ last: string | null; usual: string | null }>`
    with lines as (
      select l.category, l.purchase_id, l.purchased_at, l.amount_twd - l.returned_twd as net_twd
      from purchases_published_lines l
      join purchases_published_purchases p on p.id = l.purchase_id
      where p.member_id = ${memberId} and p.fully_returned_at is null and l.category <> '')
    select (select category from lines group by category, purchase_id, purchased_at
            order by purchased_at desc, sum(net_twd) desc, category limit 1) as last,
           (select category from lines group by category
            order by count(distinct purchase_id) desc, max(purchased_at) desc, category limit 1) as usual`.execute(
    db,
  );
  return found.rows[0] ?? { last: null, usual: null };
}
