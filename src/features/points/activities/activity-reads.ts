import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { ActivityKind } from './activity-rules.ts';

/** Every id that a person ever had: activities stay with the one they were told for. */
const idsOf = (memberId: number) => sql`
  (select id from members_published_numbers where id = ${memberId} or merged_into_id = ${memberId})`;

/** What was told before under the same number for the same person. */
export async function readActivity(
  db: Db,
  of: { kind: ActivityKind; sourceRef: string; memberId: number },
): Promise<{ id: number; requestHash: Buffer; answer: unknown } | null> {
  const found = await sql<{ id: number; requestHash: Buffer; answer: unknown }>`
    select id, request_hash as "requestHash", answer from points_activities
    where kind = ${of.kind} and source_ref = ${of.sourceRef} and member_id in ${idsOf(of.memberId)}
    order by id limit 1`.execute(db);
  return found.rows[0] ?? null;
}

/** Points that a person has for activities of one kind on a business day, and in its calendar month. */
export async function sumActivityPoints(
  db: Db,
  of: { kind: ActivityKind; memberId: number; on: string },
): Promise<{ day: number; month: number }> {
  const found = await sql<{ day: number; month: number }>`
    select coalesce(sum(points) filter (where occurred_on = ${of.on}::date), 0)::bigint as day,
           coalesce(sum(points), 0)::bigint as month
    from points_activities
    where kind = ${of.kind} and member_id in ${idsOf(of.memberId)}
      and occurred_on >= date_trunc('month', ${of.on}::date)::date
      and occurred_on < (date_trunc('month', ${of.on}::date) + interval '1 month')::date`.execute(db);
  return found.rows[0] ?? { day: 0, month: 0 };
}

/** What an activity earned, and what of that settled a debt. */
export async function readActivityPoints(
  db: Db,
  activityId: number,
): Promise<{ points: number; settled: number }> {
  const found = await sql<{ points: number; settled: number }>`
    select a.points, coalesce((
      select -e.amount from points_entries e join points_accounts c on c.id = e.account_id and c.kind = 'debt'
      where e.transaction_id = a.transaction_id), 0)::bigint as settled
    from points_activities a where a.id = ${activityId}`.execute(db);
  return found.rows[0] ?? { points: 0, settled: 0 };
}
