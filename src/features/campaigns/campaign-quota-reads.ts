import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { assessQuota, type QuotaAssessment } from '#outbox/assess-quota.ts';
import { endOfQuotaMonth, quotaMonth, startOfQuotaMonth } from '#outbox/quota-month-rules.ts';

/** What LINE's month has room for, in messages, and what it is kept for; `readAt` as ISO 8601. */
export type CampaignQuota = Omit<QuotaAssessment, 'readAt'> & { needed: number; readAt: string | null };

/**
 * Whether so many messages fit into the month of LINE's in which a campaign starts, beside all that leaves in it anyway.
 * @param input.campaignId the one that asks: it is not counted among the others. @param input.now business time
 * @param input.startsAt left out, null or past = now
 */
export async function readCampaignQuota(
  db: Db,
  input: { campaignId: number; needed: number; now: Date; startsAt?: Date | null },
): Promise<CampaignQuota> {
  const { campaignId, needed, now, startsAt } = input;
  const at = startsAt && startsAt > now ? startsAt : now;
  const isThisMonth = quotaMonth(at) === quotaMonth(now);
  // Of one that is being written down, or was paused meanwhile, those who are not written down are to come.
  const others = await sql<{ people: number }>`
    select coalesce(sum(case when state = 'scheduled' then expected_count
                             else greatest(0, least(expected_count, most_people) - planned_count) end), 0) as people
    from campaigns
    where id <> ${campaignId} and closed_at is null and (
      (state = 'scheduled' and scheduled_at < ${endOfQuotaMonth(at).at}
       and (${isThisMonth} or scheduled_at >= ${startOfQuotaMonth(at)}))
      or (${isThisMonth} and state in ('planning', 'paused') and planned_at is null))`.execute(db);
  const alsoScheduled = others.rows[0]?.people ?? 0;
  const { readAt, ...quota } = await assessQuota(db, { needed, now, at, alsoScheduled });
  return { needed, ...quota, readAt: readAt?.toISOString() ?? null };
}
