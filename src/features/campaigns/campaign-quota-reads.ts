import type { Db } from '#foundation/db.ts';
import { assessQuota } from '#outbox/assess-quota.ts';

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
  const { room, fits } = await assessQuota(db, input);
  return { needed: input.needed, room, fits };
}
