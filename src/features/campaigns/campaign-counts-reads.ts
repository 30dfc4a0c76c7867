import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { countStream } from '#outbox/stream-reads.ts';
import type { Campaign } from './campaign-reads.ts';

/** `planned`, `held` and `sending` are still to come; the others are final. */
export type CountState = 'planned' | 'held' | 'sending' | 'sent' | 'skipped' | 'failed' | 'unknown';
/** `arm` null: left out before an arm was drawn. `reason` null: sent, or still to come. */
export type CampaignCount = { arm: string | null; state: CountState; reason: string | null; people: number };

/**
 * What became of everybody of a campaign's audience who is written down: the counts add up to `people`, always. Of
 * one that is over, as it was counted then.
 */
export async function countCampaign(
  db: Db,
  campaign: Pick<Campaign, 'campaignId' | 'streamId' | 'closedAt'>,
): Promise<{ people: number; counts: CampaignCount[] }> {
  const { campaignId, streamId, closedAt } = campaign;
  const counts = closedAt
    ? await readResults(db, campaignId)
    : [...(streamId === null ? [] : await countRows(db, streamId)), ...(await countLeftOut(db, campaignId))];
  return { people: counts.reduce((sum, count) => sum + count.people, 0), counts };
}

async function countRows(db: Db, streamId: number): Promise<CampaignCount[]> {
  const rows = await countStream(db, streamId);
  return rows.map(({ count, ...row }) => ({ ...row, people: count }));
}

async function countLeftOut(db: Db, campaignId: number): Promise<CampaignCount[]> {
  const found = await sql<CampaignCount>`
    select null as arm, 'skipped' as state, reason, count(*) as people from campaign_recipients
    where campaign_id = ${campaignId} and reason is not null group by reason order by reason`.execute(db);
  return found.rows;
}

async function readResults(db: Db, campaignId: number): Promise<CampaignCount[]> {
  const found = await sql<CampaignCount>`
    select nullif(arm, '') as arm, state, nullif(reason, '') as reason, people_count as people
    from campaign_results where campaign_id = ${campaignId} order by arm, state, reason`.execute(db);
  return found.rows;
}
