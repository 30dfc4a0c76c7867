import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

const maxAtOnce = 5_000;

/**
 * Blanks what ended more than `keepHours` ago; the hash stays, so that it can still be told what it was. A batch at a
 * time, each for good: cut off in the middle, the next run goes on.
 * @param input.now wire time. @returns how many rows
 */
export async function blankSentBodies(db: Db, input: { now: Date; keepHours: number }): Promise<number> {
  for (let total = 0; ; ) {
    const blanked = await sql`
      with old as materialized (
        select id, finished_at from outbox_sent
        where finished_at < ${input.now}::timestamptz - make_interval(hours => ${input.keepHours})
          and (body is not null or secret_encrypted is not null or reply_token is not null)
        order by finished_at limit ${maxAtOnce} for update skip locked)
      update outbox_sent s set body = null, secret_encrypted = null, reply_token = null, blanked_at = ${input.now}
      from old where s.id = old.id and s.finished_at = old.finished_at`.execute(db);
    const count = Number(blanked.numAffectedRows ?? 0);
    total += count;
    if (count < maxAtOnce) return total;
  }
}
