import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/**
 * Held notices that rode along with a reply end as it ended: gone with it if it was sent or if nobody knows,
 * held again if it certainly was not.
 */
export async function settleRiders(db: Db, replyIds: readonly number[]): Promise<void> {
  if (replyIds.length === 0) return;
  await sql`
    update outbox_messages rider
    set state = case when reply.state in ('sent', 'unknown') then reply.state else 'held' end,
        batch_id = case when reply.state in ('sent', 'unknown') then rider.batch_id end,
        line_request_id = reply.line_request_id,
        reason = case when reply.state = 'unknown' then 'went with a reply of which nobody knows' end,
        finished_at = case when reply.state in ('sent', 'unknown') then now() end
    from outbox_messages reply
    where reply.id = any(${[...replyIds]}::bigint[]) and rider.batch_id = reply.batch_id and rider.state = 'held'
      and reply.state in ('sent', 'unknown', 'failed', 'skipped')`.execute(db);
}
