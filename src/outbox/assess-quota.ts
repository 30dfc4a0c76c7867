import { sql } from 'kysely';
import { addDays, daysBetween } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { reserveOf } from './count-quota.ts';
import { averagedDays, forecastFlows } from './forecast-flows-rules.ts';
import {
  endOfQuotaDay,
  endOfQuotaMonth,
  quotaDay,
  quotaMonth,
  startOfQuotaMonth,
} from './quota-month-rules.ts';
import { reachPolicy } from './reach-rules.ts';

/**
 * Messages of LINE's month, which is one of UTC+9. `readAt` null: LINE was never asked, so neither the limit nor what
 * follows from it is known. Else `limit` null: the plan has none.
 */
export type QuotaAssessment = {
  /** The month that is looked at, 'YYYY-MM'. */
  month: string;
  limit: number | null;
  /** By LINE's last word, and our own sends since; of a month to come nothing. */
  used: number;
  /** When LINE was asked last. */
  readAt: Date | null;
  left: number | null;
  /** Pushes that are planned to leave in the month from now on, and what the caller knows beside them. */
  scheduled: number;
  /** What flows will send in the month from now on: see `forecastFlows`. */
  flowsForecast: number;
  /** Kept for service messages. */
  reserve: number;
  /** What is left for more offers, never below 0. */
  room: number | null;
  /** Null: not known. */
  fits: boolean | null;
};

type Known = {
  limit: number | null;
  used: number;
  readAt: Date | null;
  planned: number;
  flowsBefore: number;
  flowsToday: number;
  flowsPlannedToday: number;
  firstFlowOn: string | null;
};

/**
 * Whether so many more messages fit into a month of LINE's, beside all that will leave anyway. A month to come is
 * reckoned with LINE's last known limit.
 * @param input.needed messages of the campaign in question
 * @param input.at business time when they begin to leave, not before `now`; left out = now
 * @param input.alsoScheduled messages that will leave in that month and are not planned in the outbox yet
 */
export async function assessQuota(
  db: Db,
  input: { needed: number; now: Date; at?: Date; alsoScheduled?: number },
): Promise<QuotaAssessment> {
  const { needed, now } = input;
  const at = input.at ?? now;
  const isAhead = quotaMonth(at) > quotaMonth(now);
  const { quotaReservePercent } = await readPolicy(db, reachPolicy, now);
  const known = await readKnown(db, { now, at, isAhead });
  const today = quotaDay(now);
  const flowsForecast = forecastFlows({
    sentBefore: known.flowsBefore,
    daysBefore: Math.min(averagedDays, daysBetween(known.firstFlowOn ?? today, today)),
    sentToday: known.flowsToday,
    plannedToday: known.flowsPlannedToday,
    hasToday: !isAhead,
    wholeDays: daysBetween(isAhead ? quotaMonth(at) : addDays(today, 1), endOfQuotaMonth(at).on),
  });
  const { limit, readAt } = known;
  const used = isAhead ? 0 : known.used;
  const scheduled = known.planned + (input.alsoScheduled ?? 0);
  const numbers = { month: quotaMonth(at).slice(0, 7), limit, used, readAt, scheduled, flowsForecast };
  if (limit === null) return { ...numbers, left: null, reserve: 0, room: null, fits: readAt && true };
  const left = Math.max(0, limit - used);
  const reserve = reserveOf(limit, quotaReservePercent);
  const room = Math.max(0, left - scheduled - flowsForecast - reserve);
  return { ...numbers, left, reserve, room, fits: needed <= room };
}

/** LINE's word for the month, or for a month to come its last, what is planned to leave in it, and what flows sent. */
async function readKnown(db: Db, of: { now: Date; at: Date; isAhead: boolean }): Promise<Known> {
  const { now, at, isAhead } = of;
  const today = quotaDay(now);
  const month = quotaMonth(now);
  const flows = sql`purpose = 'marketing' and not in_stream`;
  const found = await sql<Known>`
    select q.message_limit as "limit", coalesce(q.used_count, 0) as used, q.read_at as "readAt",
           p.planned, p."flowsPlannedToday",
           (select coalesce(sum(left_count), 0) from outbox_daily_counts
            where ${flows} and on_day >= ${addDays(today, -averagedDays)}::date
              and on_day < ${today}::date) as "flowsBefore",
           (select coalesce(sum(left_count), 0) from outbox_daily_counts
            where ${flows} and on_day = ${today}::date) as "flowsToday",
           (select min(on_day) from outbox_daily_counts where ${flows}) as "firstFlowOn"
    from (select count(*) as planned,
                 count(*) filter (where purpose = 'marketing' and stream_id is null
                                    and due_at < ${endOfQuotaDay(now)}) as "flowsPlannedToday"
          from outbox_messages
          where state = 'planned' and channel = 'line_message' and method in ('push', 'multicast') and attempts = 0
            and due_at < ${endOfQuotaMonth(at).at} and (expires_at is null or expires_at > ${now})
            and (not ${isAhead}::boolean or due_at >= ${startOfQuotaMonth(at)})) p
    left join lateral (
      select * from outbox_quota
      where month <= ${month} and (month = ${month} or ${isAhead}::boolean)
        -- A month that LINE's refusal closed before it was asked tells nothing of the next.
        and (not ${isAhead}::boolean or message_limit is distinct from 0)
      order by month desc limit 1) q on true`.execute(db);
  const known = found.rows[0];
  if (!known) throw new Error('a query without a condition gave no row');
  return known;
}
