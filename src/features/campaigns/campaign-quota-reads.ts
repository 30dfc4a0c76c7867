import type { Db } from '#foundation/db.ts';
import { readQuotaLeft } from '#outbox/count-quota.ts';

/** What LINE's month has room for, in messages. */
export type CampaignQuota = {
  needed: number;
  /** How many of them the month has room for; null = no limit, or LINE has not told one yet. */
  room: number | null;
  fits: boolean;
};

/** Whether so many messages fit into what is left of LINE's month. @param input.now business time */
export async function readCampaignQuota(
  db: Db,
  input: { needed: number; now: Date },
): Promise<CampaignQuota> {
  const left = await readQuotaLeft(db, input.now);
  const room = left === null ? null : Math.max(0, left);
  return { needed: input.needed, room, fits: room === null || input.needed <= room };
}
