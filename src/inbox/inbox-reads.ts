import { sql } from 'kysely';
import type { Db } from '../foundation/db.ts';

export type ParkedEvent = { id: number; eventType: string; parkedAt: Date; attempts: number; error: string };

/** Events that failed five times, newest first; the event's own bytes stay where they are. */
export async function readParkedEvents(db: Db, limit: number): Promise<ParkedEvent[]> {
  const found = await sql<ParkedEvent>`
    select id, event_type as "eventType", finished_at as "parkedAt", attempts, coalesce(error, '') as error
    from inbox_events where state = 'parked' order by finished_at desc limit ${limit}`.execute(db);
  return found.rows;
}

/** How many events stand in each state that matters to an operator. */
export async function countInbox(db: Db): Promise<{ waiting: number; parked: number }> {
  const found = await sql<{ waiting: number; parked: number }>`
    select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'parked') as parked
    from inbox_events where state in ('waiting', 'parked')`.execute(db);
  return found.rows[0] ?? { waiting: 0, parked: 0 };
}

/** Events that were stored and not acted on, by reason. */
export async function readIgnoredCounts(db: Db): Promise<{ reason: string; count: number }[]> {
  const found = await sql<{ reason: string; count: number }>`
    select substr(name, 9) as reason, count from inbox_counts where name like 'ignored:%' order by count desc`.execute(
    db,
  );
  return found.rows;
}
