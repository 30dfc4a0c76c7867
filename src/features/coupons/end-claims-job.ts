import { type Db, sql } from '#foundation/db.ts';

const perStatement = 5_000;

/**
 * Marks the coupons whose last day is over, in short statements. Nothing waits for it: reads and tills judge by the
 * day itself.
 * @param today the business day in the brand's zone
 * @returns how many ended
 */
export async function endDueClaims(db: Db, today: string): Promise<number> {
  for (let ended = 0; ; ) {
    const batch = await sql`
      update coupon_claims set state = 'ended'
      where id = any(array(
        select id from coupon_claims where state = 'held' and ends_on < ${today}::date
        order by ends_on limit ${perStatement} for update skip locked
      )) and state = 'held'
      returning id`.execute(db);
    ended += batch.rows.length;
    if (batch.rows.length < perStatement) return ended;
  }
}
