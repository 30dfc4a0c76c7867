import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/** Who waits: an answer, a service message, marketing, or an errand (menu, SMS, webhook). */
export type RowClass = 'reply' | 'service' | 'marketing' | 'errand';

export const rowClasses: readonly RowClass[] = ['reply', 'service', 'marketing', 'errand'];

/** Rows of a class that should have left by now, and the age of the oldest in seconds of business time. */
export type ClassLoad = { class: RowClass; dueCount: number; oldestDueSeconds: number };

/** No class is counted further than this per priority and stream: what waits by the hundred thousand need not be told exactly. */
const countLimit = 5_000;

/**
 * How far behind each class is. Streams that are paused wait for nobody. Each part is read from an index and no
 * further than its limit, so that a scrape costs a campaign nothing.
 * @param now business time
 */
export async function readClassLoads(db: Db, now: Date): Promise<ClassLoad[]> {
  const found = await sql<ClassLoad>`
    select due.class, count(*) as "dueCount",
           extract(epoch from ${now}::timestamptz - min(due.due_at))::float8 as "oldestDueSeconds"
    from (
      select m.class, m.due_at from generate_series(0, 9) as known(priority), lateral (
        (${dueOf(sql`not ${isMessage} and priority = known.priority`, now)})
        union all
        (${dueOf(sql`stream_id is null and ${isMessage} and priority = known.priority`, now)})) m
      union all
      select m.class, m.due_at
      from outbox_streams s, lateral (${dueOf(sql`stream_id = s.id`, now)}) m where s.state = 'running'
    ) as due
    group by due.class`.execute(db);
  return rowClasses.map(
    (name) =>
      found.rows.find((row) => row.class === name) ?? { class: name, dueCount: 0, oldestDueSeconds: 0 },
  );
}

/** As the indexes of the two lanes say it. */
const isMessage = sql`(channel = 'line_message' and method <> 'reply')`;

const dueOf = (which: RawBuilder<unknown>, now: Date) => sql`
  select case when channel <> 'line_message' then 'errand' when method = 'reply' then 'reply' else purpose end as class,
         due_at
  from outbox_messages where state = 'planned' and due_at <= ${now} and ${which}
  order by due_at limit ${countLimit}`;

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
