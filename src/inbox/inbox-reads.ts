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

export type InboxLoad = { waiting: number; parked: number; oldestDueSeconds: number };

const countLimit = 10_000;

/** The same for monitoring: counts no further than 10,000; the age is that of the queue that is due longest. */
export async function readInboxLoad(db: Db): Promise<InboxLoad> {
  const found = await sql<InboxLoad>`
    select (select count(*) from (
              select 1 from inbox_events where state = 'waiting' limit ${countLimit}) as few) as waiting,
           (select count(*) from (
              select 1 from inbox_events where state = 'parked' limit ${countLimit}) as few) as parked,
           coalesce((select extract(epoch from now() - min(due_at)) from inbox_queues where due_at <= now()), 0)::float8
             as "oldestDueSeconds"`.execute(db);
  return found.rows[0] ?? { waiting: 0, parked: 0, oldestDueSeconds: 0 };
}

/** Events that were stored and not acted on, by reason. */
export async function readIgnoredCounts(db: Db): Promise<{ reason: string; count: number }[]> {
  const found = await sql<{ reason: string; count: number }>`
    select substr(name, 9) as reason, count from inbox_counts where name like 'ignored:%' order by count desc`.execute(
    db,
  );
  return found.rows;
}
