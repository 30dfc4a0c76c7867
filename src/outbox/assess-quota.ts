import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { lastMonth, reserveOf } from './count-quota.ts';
import { endOfQuotaMonth, quotaDay, quotaMonth, startOfQuotaMonth } from './quota-month-rules.ts';
import { reachPolicy } from './reach-rules.ts';

/** Messages of one of LINE's months, which are those of UTC+9. */
export type QuotaAssessment = {
  /** The first day of the month that is told of, 'YYYY-MM-DD'. */
  month: string;
  /** Null where the plan has none, and while nobody knows: where `readAt` is null. */
  limit: number | null;
  /** By LINE's last word, and our own sends since; none in a month that is still to come. */
  used: number;
  /** When LINE told the limit; null = never. */
  readAt: Date | null;
  left: number | null;
  /** Pushes that are planned to leave within the month, and what the caller knows beside them. */
  scheduled: number;
  /** What flows will send in what is left of the month. */
  flowsForecast: number;
  /** Kept for service messages. */
  reserve: number;
  /** What is left for more offers, never below 0; null where there is no limit or none is known. */
  room: number | null;
  /** Null while nobody knows. */
  fits: boolean | null;
};

const averagedDays = 28;

/**
 * Whether so many more messages fit into the month in which they leave, beside all that leaves in it anyway.
 * @param input.needed messages of the campaign in question
 * @param input.at when they leave; left out = now
 * @param input.alsoScheduled messages that will leave in that month and are not planned in the outbox yet
 */
export async function assessQuota(
  db: Db,
  input: { needed: number; now: Date; at?: Date; alsoScheduled?: number },
): Promise<QuotaAssessment> {
  const { now } = input;
  const at = input.at && input.at > now ? input.at : now;
  const month = quotaMonth(at);
  const isNow = month === quotaMonth(now);
  const { quotaReservePercent } = await readPolicy(db, reachPolicy, now);
  const found = await sql<{ limit: number | null; used: number; readAt: Date | null; planned: number }>`
    select q.limit, coalesce(q.used, 0) as used, q.read_at as "readAt",
           (select count(*) from outbox_messages
            where state = 'planned' and channel = 'line_message' and method in ('push', 'multicast')
              and attempts = 0 and due_at < ${endOfQuotaMonth(at).at}
              and (${isNow} or due_at >= ${startOfQuotaMonth(at)})) as planned
    from (select 1) as always left join lateral (
      select message_limit as "limit", used_count as used, read_at from outbox_quota where month = ${month}
      union all (${lastMonth(at)}) limit 1) q on true`.execute(db);
  const row = found.rows[0];
  if (!row) throw new Error('a query without a condition gave no row');
  const { limit, used, readAt } = row;
  const scheduled = row.planned + (input.alsoScheduled ?? 0);
  const flowsForecast = await forecastFlows(db, { now, at });
  const numbers = { month, limit, used, readAt, scheduled, flowsForecast };
  if (limit === null) return { ...numbers, left: null, reserve: 0, room: null, fits: readAt ? true : null };
  const left = Math.max(0, limit - used);
  const reserve = reserveOf(limit, quotaReservePercent);
  const room = Math.max(0, left - scheduled - flowsForecast - reserve);
  return { ...numbers, left, reserve, room, fits: input.needed <= room };
}

/**
 * What flows will send in the rest of the month of `at`: their daily average times its days that are still to come,
 * and what is missing of that average today. The average is that of the 28 days before today, or of as many of them
 * as flows have been sending for; on their very first day it is what they sent so far.
 */
async function forecastFlows(db: Db, { now, at }: { now: Date; at: Date }): Promise<number> {
  const today = quotaDay(now);
  const month = quotaMonth(at);
  const found = await sql<{ before: number; today: number; daysKnown: number; daysToCome: number }>`
    select coalesce(sum(left_count) filter (where on_day < ${today}), 0) as before,
           coalesce(sum(left_count) filter (where on_day = ${today}), 0) as today,
           least(${averagedDays}::integer, ${today}::date - (
             select min(on_day) from outbox_daily_counts where purpose = 'marketing' and not in_stream)) as "daysKnown",
           ${endOfQuotaMonth(at).on}::date - greatest(${today}::date + 1, ${month}::date) as "daysToCome"
    from outbox_daily_counts
    where purpose = 'marketing' and not in_stream
      and on_day >= ${today}::date - ${averagedDays}::integer and on_day <= ${today}`.execute(db);
  const counted = found.rows[0];
  if (!counted || counted.daysKnown === null) return 0;
  const average = counted.daysKnown === 0 ? counted.today : counted.before / counted.daysKnown;
  const isThisMonth = month === quotaMonth(now);
  const missingToday = isThisMonth ? Math.max(0, average - counted.today) : 0;
  return Math.ceil(average * counted.daysToCome + missingToday);
}
