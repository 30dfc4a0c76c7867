import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import type { StreamState } from './tables.ts';

/** Who waits: an answer, a service message, marketing, or an errand (menu, SMS, webhook). */
export type RowClass = 'reply' | 'service' | 'marketing' | 'errand';

const rowClasses: readonly RowClass[] = ['reply', 'service', 'marketing', 'errand'];

/** Rows of a class that should have left by now, and the age of the oldest in seconds of business time. */
export type ClassLoad = { class: RowClass; dueCount: number; oldestDueSeconds: number };

/** Nothing is counted further than this in one go: what waits by the hundred thousand need not be told exactly. */
const countLimit = 5_000;

/** The priorities with rows of their own kind, each read along its index. */
const plainDue = (now: Date, filter: RawBuilder<unknown>) => sql`
  select of.class, of.due_at from generate_series(0, 9) as known(priority) cross join lateral (
    select m.due_at, case when m.channel <> 'line_message' then 'errand' when m.method = 'reply' then 'reply'
                          else m.purpose end as class
    from outbox_messages m
    where m.state = 'planned' and m.priority = known.priority and m.due_at <= ${now} and ${filter}
    order by m.due_at limit ${countLimit}) as of`;

/** Hops from stream to stream along the index: streams that are over cost nothing. */
const openStreams = sql`
  with recursive hop as (
    (select stream_id from outbox_messages where state = 'planned' and stream_id is not null
     order by stream_id limit 1)
    union all
    select (select m.stream_id from outbox_messages m where m.state = 'planned' and m.stream_id > hop.stream_id
            order by m.stream_id limit 1)
    from hop where hop.stream_id is not null
  )
  select s.id, s.source_ref, s.state from hop join outbox_streams s on s.id = hop.stream_id`;

/**
 * How far behind each class is, paused campaigns left out. Bounded probes of indexes, so that a scrape costs a
 * campaign nothing. @param now business time
 */
export async function readClassLoads(db: Db, now: Date): Promise<ClassLoad[]> {
  const found = await sql<ClassLoad>`
    select due.class, count(*) as "dueCount",
           extract(epoch from ${now}::timestamptz - min(due.due_at))::float8 as "oldestDueSeconds"
    from (
      ${plainDue(now, sql`not (m.channel = 'line_message' and m.method <> 'reply')`)}
      union all
      ${plainDue(now, sql`m.stream_id is null and m.channel = 'line_message' and m.method <> 'reply'`)}
      union all
      select of.class, of.due_at from (${openStreams}) as open cross join lateral (
        select m.due_at, m.purpose as class from outbox_messages m
        where m.stream_id = open.id and m.state = 'planned' and m.due_at <= ${now}
        order by m.due_at limit ${countLimit}) as of
      where open.state = 'running'
    ) as due
    group by due.class`.execute(db);
  return rowClasses.map(
    (name) =>
      found.rows.find((row) => row.class === name) ?? { class: name, dueCount: 0, oldestDueSeconds: 0 },
  );
}

/** What a campaign's stream still has to send; beyond some thousands the planner's estimate. */
export type StreamLoad = { sourceRef: string; state: StreamState; planned: number };

/** Streams with rows that are still to leave. */
export async function readStreamLoads(db: Db): Promise<StreamLoad[]> {
  const found = await sql<StreamLoad & { id: number }>`
    select open.id, open.source_ref as "sourceRef", open.state, (
      select count(*) from (
        select 1 from outbox_messages m where m.stream_id = open.id and m.state = 'planned'
        order by m.due_at limit ${countLimit}
      ) as few) as planned
    from (${openStreams}) as open order by open.id`.execute(db);
  const loads: StreamLoad[] = [];
  for (const { id, ...load } of found.rows) {
    const planned = sql`select 1 from outbox_messages where stream_id = ${sql.lit(id)} and state = 'planned'`;
    const isMore = load.planned >= countLimit;
    loads.push({
      ...load,
      planned: isMore ? Math.max(countLimit, await estimateRows(db, planned)) : load.planned,
    });
  }
  return loads;
}

/** Rows by state. What is on the wire is counted, what waits is the planner's estimate: counting a million is dear. */
export async function readStateLoads(
  db: Db,
): Promise<{ sending: number; planned: number; held: number; deadLeases: number }> {
  const counted = await sql<{ sending: number; deadLeases: number }>`
    select count(*) as sending, count(*) filter (where lease_until < now() - interval '1 minute') as "deadLeases"
    from outbox_messages where state = 'sending'`.execute(db);
  const { sending = 0, deadLeases = 0 } = counted.rows[0] ?? {};
  return {
    sending,
    planned: await estimateRows(db, sql`select 1 from outbox_messages where state = 'planned'`),
    held: await estimateRows(db, sql`select 1 from outbox_messages where state = 'held'`),
    deadLeases,
  };
}

/** How many rows PostgreSQL expects of a query, by its statistics; free of charge however many there are. */
async function estimateRows(db: Db, query: RawBuilder<unknown>): Promise<number> {
  const found = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) ${query}`.execute(db);
  return found.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}
