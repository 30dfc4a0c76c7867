import './tables.ts';
import { addDays, instantInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { assessQuota } from '#outbox/assess-quota.ts';
import { quotaMonth } from '#outbox/count-quota.ts';

/** What LINE's month has room for, in messages, and what it is kept for; null = no limit, or none known yet. */
export type CampaignQuota = {
  needed: number;
  limit: number | null;
  used: number;
  left: number | null;
  /** What will leave this month anyway: planned, and other campaigns that are scheduled. */
  scheduled: number;
  flowsForecast: number;
  /** Kept for service messages. */
  reserve: number;
  room: number | null;
  fits: boolean;
};

/** LINE's dates are those of Tokyo. */
const quotaZone = 'Asia/Tokyo';

/**
 * Whether so many messages fit into LINE's month beside all that will leave anyway.
 * @param input.campaignId the one that asks: it is not counted among the others. @param input.now business time
 */
export async function readCampaignQuota(
  db: Db,
  input: { campaignId: number; needed: number; now: Date },
): Promise<CampaignQuota> {
  const { campaignId, needed, now } = input;
  const nextMonth = `${addDays(quotaMonth(now), 31).slice(0, 7)}-01`;
  const others = await sql<{ people: number }>`
    select coalesce(sum(expected_count), 0) as people from campaigns
    where state = 'scheduled' and id <> ${campaignId}
      and scheduled_at < ${instantInZone(nextMonth, '00:00', quotaZone)}`.execute(db);
  const alsoScheduled = others.rows[0]?.people ?? 0;
  const { readAt: _readAt, ...quota } = await assessQuota(db, { needed, now, alsoScheduled });
  return { needed, ...quota };
}
