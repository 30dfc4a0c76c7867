import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/** Who waits: an answer, a service message, marketing, or an errand (menu, SMS, webhook). */
export type RowClass = 'reply' | 'service' | 'marketing' | 'errand';

export const rowClasses: readonly RowClass[] = ['reply', 'service', 'marketing', 'errand'];

/** Rows of a class that should have left by now, and the age of the oldest in seconds of business time. */
export type ClassLoad = { class: RowClass; dueCount: number; oldestDueSeconds: number };

/** No class is counted further than this per priority: what waits by the hundred thousand need not be told exactly. */
const countLimit = 5_000;

/**
 * How far behind each class is. One index probe per priority, so that a scrape costs a campaign nothing.
 * @param now business time
 */
export async function readClassLoads(db: Db, now: Date): Promise<ClassLoad[]> {
  const found = await sql<ClassLoad>`
    select due.class, count(*) as "dueCount",
           extract(epoch from ${now}::timestamptz - min(due.due_at))::float8 as "oldestDueSeconds"
    from generate_series(0, 9) as known(priority)
    cross join lateral (
      select m.due_at,
             case when m.channel <> 'line_message' then 'errand' when m.method = 'reply' then 'reply'
                  else m.purpose end as class
      from outbox_messages m
      where m.state = 'planned' and m.priority = known.priority and m.due_at <= ${now}
      order by m.due_at limit ${countLimit}
    ) as due
    group by due.class`.execute(db);
  return rowClasses.map(
    (name) =>
      found.rows.find((row) => row.class === name) ?? { class: name, dueCount: 0, oldestDueSeconds: 0 },
  );
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
