import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { reserveOf } from './count-quota.ts';
import { endOfQuotaMonth, quotaDay, quotaMonth } from './quota-month-rules.ts';
import { reachPolicy } from './reach-rules.ts';

/** Messages of LINE's month, which is one of UTC+9. Null where the plan has no limit or it was never read. */
export type QuotaAssessment = {
  limit: number | null;
  /** By LINE's last word, and our own sends since. */
  used: number;
  readAt: Date | null;
  left: number | null;
  /** Pushes that are planned to leave before the month ends, and what the caller knows beside them. */
  scheduled: number;
  /** What flows will send until then, by their average of the last 28 days. */
  flowsForecast: number;
  /** Kept for service messages. */
  reserve: number;
  /** What is left for more offers, never below 0. */
  room: number | null;
  fits: boolean;
};

const averagedDays = 28;

/**
 * Whether so many more messages fit into the month, beside all that will leave anyway.
 * @param input.needed messages of the campaign in question
 * @param input.alsoScheduled messages that will leave this month and are not planned in the outbox yet
 */
export async function assessQuota(
  db: Db,
  input: { needed: number; now: Date; alsoScheduled?: number },
): Promise<QuotaAssessment> {
  const today = quotaDay(input.now);
  const month = quotaMonth(input.now);
  const end = endOfQuotaMonth(input.now);
  const { quotaReservePercent } = await readPolicy(db, reachPolicy, input.now);
  const found = await sql<{
    limit: number | null;
    used: number;
    readAt: Date | null;
    planned: number;
    byFlows: number;
    daysLeft: number;
  }>`
    select q.message_limit as "limit", coalesce(q.used_count, 0) as used, q.read_at as "readAt",
           (select count(*) from outbox_messages
            where state = 'planned' and channel = 'line_message' and method in ('push', 'multicast')
              and attempts = 0 and due_at < ${end.at} and (expires_at is null or expires_at > ${input.now})) as planned,
           (select coalesce(sum(left_count), 0) from outbox_daily_counts
            where purpose = 'marketing' and not in_stream
              and on_day > ${today}::date - ${averagedDays}::integer and on_day <= ${today}::date) as "byFlows",
           ${end.on}::date - ${today}::date - 1 as "daysLeft"
    from (select 1) as always left join outbox_quota q on q.month = ${month}`.execute(db);
  const row = found.rows[0];
  if (!row) throw new Error('a query without a condition gave no row');
  const scheduled = row.planned + (input.alsoScheduled ?? 0);
  const flowsForecast = Math.ceil((row.byFlows * row.daysLeft) / averagedDays);
  const { limit, used, readAt } = row;
  const numbers = { limit, used, readAt, scheduled, flowsForecast };
  if (limit === null) return { ...numbers, left: null, reserve: 0, room: null, fits: true };
  const left = Math.max(0, limit - used);
  const reserve = reserveOf(limit, quotaReservePercent);
  const room = Math.max(0, left - scheduled - flowsForecast - reserve);
  return { ...numbers, left, reserve, room, fits: input.needed <= room };
}
