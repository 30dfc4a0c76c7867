import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import type { Alarm } from './raise-alarm.ts';

/** Alarms that still stand, oldest first. */
export async function listAlarms(db: Db): Promise<Alarm[]> {
  const found = await sql<Alarm>`
    select cause, message, raised_at as "raisedAt" from outbox_alarms order by raised_at`.execute(db);
  return found.rows;
}

export type OutboxLoad = {
  /** Rows that should have left by now, and the age of the oldest in seconds of business time. */
  dueCount: number;
  oldestDueSeconds: number;
  sendingCount: number;
};

/** How far behind the outbox is; counts no further than 20,000, and no streams that are paused. @param now business time */
export async function readOutboxLoad(db: Db, now: Date): Promise<OutboxLoad> {
  const found = await sql<OutboxLoad>`
    with due as (
      (select due_at from outbox_messages
       where state = 'planned' and stream_id is null and due_at <= ${now} limit 10000)
      union all
      (select m.due_at from outbox_streams s, lateral (
         select due_at from outbox_messages m
         where m.stream_id = s.id and m.state = 'planned' and m.due_at <= ${now} limit 10000) m
       where s.state = 'running' limit 10000)
    )
    select (select count(*) from due) as "dueCount",
           coalesce((select extract(epoch from ${now}::timestamptz - min(due_at)) from due), 0)::float8
             as "oldestDueSeconds",
           (select count(*) from outbox_messages where state = 'sending') as "sendingCount"`.execute(db);
  return found.rows[0] ?? { dueCount: 0, oldestDueSeconds: 0, sendingCount: 0 };
}

export type StuckRow = {
  id: number;
  channel: string;
  kind: string;
  state: 'failed' | 'unknown';
  reason: string;
  finishedAt: Date;
};

/** The newest rows that a person should look at. @param limit rows */
export async function listStuckRows(db: Db, limit: number): Promise<StuckRow[]> {
  const found = await sql<StuckRow>`
    select id, channel, kind, state, reason, finished_at as "finishedAt" from outbox_sent
    where state <> 'sent' and state in ('failed', 'unknown') order by finished_at desc, id desc limit ${limit}`.execute(
    db,
  );
  return found.rows;
}

/** Every exclusion with its reason. @param since wire time */
export async function countExclusions(
  db: Db,
  since: Date,
): Promise<{ kind: string; reason: string; count: number }[]> {
  const found = await sql<{ kind: string; reason: string; count: number }>`
    select kind, reason, count(*) as count from outbox_sent
    where state <> 'sent' and finished_at >= ${since}
    group by kind, reason order by count(*) desc, kind, reason`.execute(db);
  return found.rows;
}

/** Whether text messages are not going out: each of the last three of a quarter of an hour failed or waits to be tried again. */
export async function isSmsDown(db: Db): Promise<boolean> {
  const found = await sql<{ tried: number; failed: number }>`
    with latest as (
      select state, attempts from outbox_published_messages
      where channel = 'sms' and created_at > now() - interval '15 minutes' and attempts > 0
      order by id desc limit 3
    )
    select count(*) as tried, count(*) filter (where state in ('failed', 'unknown', 'planned')) as failed from latest`.execute(
    db,
  );
  const { tried, failed } = found.rows[0] ?? { tried: 0, failed: 0 };
  return tried > 0 && failed === tried;
}
