import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { assessQuota, type QuotaAssessment } from '#outbox/assess-quota.ts';
import { endOfQuotaMonth } from '#outbox/quota-month-rules.ts';

/** What LINE's month has room for, in messages, and what it is kept for; null = no limit, or none known yet. */
export type CampaignQuota = Omit<QuotaAssessment, 'readAt'> & { needed: number };

/**
 * Whether so many messages fit into LINE's month beside all that will leave anyway: what is planned in the outbox,
 * flows, other campaigns that are scheduled, and who of those under way is not written down yet.
 * @param input.campaignId the one that asks: it is not counted among the others. @param input.now business time
 */
export async function readCampaignQuota(
  db: Db,
  input: { campaignId: number; needed: number; now: Date },
): Promise<CampaignQuota> {
  const { campaignId, needed, now } = input;
  // Before the outbox is asked: a batch that is written down in between counts twice rather than not at all.
  const alsoScheduled = await countToCome(db, { campaignId, now });
  const { readAt: _readAt, ...quota } = await assessQuota(db, { needed, now, alsoScheduled });
  return { needed, ...quota };
}

/** Messages of other campaigns that will leave this month and do not stand in the outbox yet. */
async function countToCome(db: Db, { campaignId, now }: { campaignId: number; now: Date }): Promise<number> {
  const found = await sql<{ messages: number }>`
    select coalesce(sum(messages), 0) as messages from (
      select expected_count as messages from campaigns
      where state = 'scheduled' and id <> ${campaignId} and scheduled_at < ${endOfQuotaMonth(now).at}
      union all
      -- Being planned, or paused meanwhile. After its life nobody of it is sent to.
      select greatest(0, least(expected_count, most_people) - planned_count) from campaigns
      where state in ('planning', 'paused') and planned_at is null and id <> ${campaignId}
        and started_at + life_hours * interval '1 hour' > ${now}) to_come`.execute(db);
  return found.rows[0]?.messages ?? 0;
}
