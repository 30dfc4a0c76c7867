import { sql } from 'kysely';
import { addDays } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { countedDays, reachPolicy } from './reach-rules.ts';

const maxAtOnce = 5_000;

/**
 * Deletes what was counted against caps more than `keepMonths` ago; what counts still stays, however short that is,
 * and that these persons were sent an offer.
 * Ids grow with time, so it is looked from the oldest on until a whole batch is young; each batch is for good.
 * @param input.now business time, `today` its day
 */
export async function forgetOldCaps(
  db: Db,
  input: { keepMonths: number; now: Date; today: string },
): Promise<{ capsForgotten: number }> {
  const { keepMonths, now, today } = input;
  const firstThatCounts = addDays(today, -countedDays(await readPolicy(db, reachPolicy, now)));
  let capsForgotten = 0;
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const found = await sql<{ upTo: number | null; gone: number }>`
      with looked as materialized (
        select outbox_id, sent_on from outbox_caps where outbox_id > ${after}
        order by outbox_id limit ${maxAtOnce}
      ), gone as (
        delete from outbox_caps where outbox_id = any(array(
          select outbox_id from looked
          where sent_on < least(${today}::date - make_interval(months => ${keepMonths}), ${firstThatCounts}::date)))
        returning line_user_id
      ), noted as (
        insert into outbox_offered (line_user_id) select distinct line_user_id from gone order by 1
        on conflict do nothing
      )
      select max(outbox_id) as "upTo", (select count(*) from gone) as gone from looked`.execute(db);
    const { upTo, gone } = found.rows[0] ?? { upTo: null, gone: 0 };
    capsForgotten += gone;
    if (upTo === null || gone === 0) return { capsForgotten };
    after = upTo;
  }
}
