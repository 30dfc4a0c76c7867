import { sql } from 'kysely';
import { brandPolicy } from '#foundation/brand.ts';
import { timeInZone } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { endOfQuiet, isQuiet, reachPolicy } from './reach-rules.ts';

/** Why a row has not left yet, in the order in which causes are asked for. */
export type WaitingCause =
  | 'paused'
  | 'stopped'
  | 'quota'
  | 'next_reply'
  | 'quiet_hours'
  | 'later'
  | 'retry'
  | 'busy'
  | 'in_line';

export type Waiting = {
  cause: WaitingCause;
  /** Whose rows: the campaign's reference where it is a campaign's cause. */
  sourceRef: string | null;
  count: number;
  /** When the oldest of them was planned, and when the first is due: business time. */
  oldestAt: Date;
  firstDueAt: Date;
  /** The last answer to the oldest that was tried. */
  lastReason: string | null;
};

/** Everything that has not left, by why. Reads all that is open: for a person who asks, not for monitoring. */
export async function explainWaiting(db: Db, now: Date): Promise<Waiting[]> {
  const brand = await readPolicy(db, brandPolicy, now);
  const { quietHours } = await readPolicy(db, reachPolicy, now);
  const isQuietNow = isQuiet(timeInZone(now, brand.zone), quietHours);
  const quietUntil = isQuietNow ? endOfQuiet(now, quietHours, brand.zone) : null;
  const found = await sql<Waiting>`
    select cause, case when cause in ('paused', 'stopped') then source_ref end as "sourceRef", count(*) as count,
           min(created_at) as "oldestAt", min(due_at) as "firstDueAt",
           (array_agg(reason order by due_at) filter (where cause = 'retry' and reason is not null))[1] as "lastReason"
    from (
      select s.source_ref, m.created_at, m.due_at, m.reason,
             case when s.state in ('paused', 'stopped') then s.state
                  when m.state = 'held' and m.reason = 'quota' then 'quota'
                  when m.state = 'held' then 'next_reply'
                  when m.purpose = 'marketing' and m.due_at <= ${quietUntil}::timestamptz then 'quiet_hours'
                  when m.due_at > ${now} then 'later'
                  when m.retry_at > now() and m.attempts > 0 then 'retry'
                  when m.retry_at > now() then 'busy'
                  else 'in_line' end as cause
      from outbox_messages m left join outbox_streams s on s.id = m.stream_id
      where m.state in ('planned', 'held')
    ) as open
    group by 1, 2 order by min(due_at)`.execute(db);
  return found.rows;
}

/** Endpoints that go at half their pace because LINE said that it was too much. */
export async function listSlowed(db: Db): Promise<{ endpoint: string; until: Date }[]> {
  const found = await sql<{ endpoint: string; until: Date }>`
    select endpoint, slow_until as until from outbox_pace where slow_until > now() order by 1`.execute(db);
  return found.rows;
}

/** Milliseconds until the first row that is due by business time may be tried; null = there is none. */
export async function readNextRetry(db: Db, now: Date): Promise<number | null> {
  const found = await sql<{ ms: number | null }>`
    select (extract(epoch from min(retry_at) - clock_timestamp()) * 1000)::float8 as ms from outbox_messages
    where state = 'planned' and due_at <= ${now}
      and not exists (select 1 from outbox_streams s where s.id = stream_id and s.state <> 'running')`.execute(
    db,
  );
  return found.rows[0]?.ms ?? null;
}
