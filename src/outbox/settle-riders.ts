import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';
import { endRows, isRowOf } from './end-rows.ts';

/**
 * Held notices that rode along with a reply end as it ended: gone with it if it was sent or if nobody knows,
 * held again if it certainly was not.
 * @param replyIds those that are still to leave are passed over; what has ended has ended in this transaction
 */
export async function settleRiders(tx: Tx, replyIds: readonly number[]): Promise<void> {
  if (replyIds.length === 0) return;
  // now() is when the transaction began, and so the time of every end in it.
  const ended = sql`
    select rider.id, reply.state, reply.batch_id, reply.line_request_id
    from outbox_sent reply join outbox_messages rider on rider.batch_id = reply.batch_id and rider.state = 'held'
    where reply.id = any(${[...replyIds]}::bigint[]) and reply.finished_at = now()`;
  await sql`
    with e as (${ended})
    update outbox_messages m set batch_id = null from e
    where ${isRowOf(sql`e`)} and e.state in ('failed', 'skipped')`.execute(tx);
  await endRows(
    tx,
    sql`
      select id, state, case when state = 'unknown' then 'went with a reply of which nobody knows' end as reason,
             null::smallint as status, line_request_id as request_id, false as is_certain, null::uuid as token
      from (${ended}) as gone where state in ('sent', 'unknown')`,
    sql`m.state = 'held'`,
  );
}
