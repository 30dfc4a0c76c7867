import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { assessQuota, type QuotaAssessment } from '#outbox/assess-quota.ts';
import { endOfQuotaMonth } from '#outbox/quota-month-rules.ts';

/** What LINE's month has room for, in messages, and what it is kept for; null = no limit, or none known yet. */
export type CampaignQuota = Omit<QuotaAssessment, 'readAt'> & { needed: number };

/**
 * Whether so many messages fit into LINE's month beside all that will leave anyway.
 * @param input.campaignId the one that asks: it is not counted among the others. @param input.now business time
 */
export async function readCampaignQuota(
  db: Db,
  input: { campaignId: number; needed: number; now: Date },
): Promise<CampaignQuota> {
  const { campaignId, needed, now } = input;
  const others = await sql<{ people: number }>`
    select coalesce(sum(expected_count), 0) as people from campaigns
    where state = 'scheduled' and id <> ${campaignId}
      and scheduled_at < ${endOfQuotaMonth(now).at}`.execute(db);
  const alsoScheduled = others.rows[0]?.people ?? 0;
  const { readAt: _readAt, ...quota } = await assessQuota(db, { needed, now, alsoScheduled });
  return { needed, ...quota };
}
