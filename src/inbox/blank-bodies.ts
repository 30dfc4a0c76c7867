import { sql } from 'kysely';
import type { Db, Tx } from '../foundation/db.ts';

/** Blanks every kept copy of a message that was taken back. */
export async function blankMessages(tx: Tx, messageId: string): Promise<void> {
  await sql`update inbox_events set body = null, blanked_at = now()
            where message_id = ${messageId} and event_type <> 'unsend' and blanked_at is null
              and state <> 'waiting'`.execute(tx);
}

const batchSize = 5_000;

/** Events are kept so many days with their bytes, then only the row stays. @returns how many were blanked */
export async function blankOldBodies(db: Db, keepDays: number): Promise<number> {
  let total = 0;
  for (;;) {
    const blanked = await sql`
      update inbox_events set body = null, blanked_at = now()
      where id in (select id from inbox_events
                   where blanked_at is null and received_at < now() - make_interval(days => ${keepDays})
                     and state <> 'waiting'
                   order by received_at limit ${batchSize})`.execute(db);
    const count = Number(blanked.numAffectedRows ?? 0);
    total += count;
    if (count < batchSize) return total;
  }
}
