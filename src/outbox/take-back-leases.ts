import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/**
 * Rows whose holder died or stalled become due again, with the same key and bytes; their try stays a doubtful one. The
 * recipients of a multicast come back together: a part of them could not be tried again.
 * @returns how many
 */
export async function takeBackLeases(db: Db): Promise<number> {
  const taken = await sql`
    update outbox_messages set state = 'planned', lease_token = null, lease_until = null, retry_at = now()
    where id = any(array(
      select id from outbox_messages
      where state = 'sending' and lease_until < now() and coalesce(batch_id, retry_key) = any(array(
        select coalesce(batch_id, retry_key) from outbox_messages
        where state = 'sending' and lease_until < now() order by lease_until limit 1000))
      order by id for update skip locked))
    returning id`.execute(db);
  return taken.rows.length;
}
