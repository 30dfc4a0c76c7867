import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';

const maxAtOnce = 5_000;

/**
 * Blanks what was sent 48 hours after its final state; the hash stays, so that it can still be told what it was.
 * @param now wire time. @returns how many; call again while it is 5,000
 */
export async function blankSentBodies(tx: Tx, now: Date): Promise<number> {
  const blanked = await sql`
    update outbox_sent s set body = null, secret_encrypted = null, reply_token = null, blanked_at = ${now}
    from (
      select id, finished_at from outbox_sent
      where finished_at < ${now}::timestamptz - interval '48 hours' and blanked_at is null
      order by finished_at limit ${maxAtOnce} for update skip locked) as old
    where s.id = old.id and s.finished_at = old.finished_at
    returning s.id`.execute(tx);
  return blanked.rows.length;
}
