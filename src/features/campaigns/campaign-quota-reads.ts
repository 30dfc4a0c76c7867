import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { assessQuota, type QuotaAssessment } from '#outbox/assess-quota.ts';
import { endOfQuotaMonth, quotaMonth, startOfQuotaMonth } from '#outbox/quota-month-rules.ts';

/** What LINE's month has room for, in messages, and what it is kept for; it is stored with the campaign. */
export type CampaignQuota = Omit<QuotaAssessment, 'readAt'> & { needed: number; readAt: string | null };

/**
 * Whether so many messages fit into LINE's month beside all that will leave anyway: what is planned in the outbox,
 * flows, other campaigns that are scheduled, and who of those under way is not written down yet. A campaign counts
 * for the month in which it starts.
 * @param input.campaignId the one that asks: it is not counted among the others
 * @param input.startsAt business time, as is `now`; what has passed starts at once
 */
export async function readCampaignQuota(
  db: Db,
  input: { campaignId: number; needed: number; startsAt: Date; now: Date },
): Promise<CampaignQuota> {
  const { campaignId, needed, now } = input;
  const isPast = input.startsAt < now;
  const at = isPast ? now : input.startsAt;
  // Before the outbox is asked: a batch that is written down in between counts twice rather than not at all.
  const alsoScheduled = await countToCome(db, { besides: campaignId, at, now });
  const { readAt, ...quota } = await assessQuota(db, { needed, now, at, alsoScheduled });
  return { needed, ...quota, readAt: readAt?.toISOString() ?? null };
}

/**
 * Messages of campaigns that will leave in a month of LINE's and do not stand in the outbox yet.
 * @param of.besides a campaign that is not counted. @param of.at business time, not before `now`: it names the month
 */
export async function countToCome(
  db: Db,
  of: { besides: number | null; at: Date; now: Date },
): Promise<number> {
  const { besides, at, now } = of;
  const isAhead = quotaMonth(at) > quotaMonth(now);
  const found = await sql<{ messages: number }>`
    select coalesce(sum(messages), 0) as messages from (
      select id, expected_count as messages from campaigns
      where state = 'scheduled' and scheduled_at < ${endOfQuotaMonth(at).at}
        and (not ${isAhead}::boolean or scheduled_at >= ${startOfQuotaMonth(at)})
      union all
      -- Being planned, or paused meanwhile. After its life nobody of it is sent to.
      select id, greatest(0, least(expected_count, most_people) - planned_count) from campaigns
      where state in ('planning', 'paused') and planned_at is null and not ${isAhead}::boolean
        and started_at + life_hours * interval '1 hour' > ${now}) to_come
    where id is distinct from ${besides}::bigint`.execute(db);
  return found.rows[0]?.messages ?? 0;
}
