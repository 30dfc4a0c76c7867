import './tables.ts';
import { type Db, sql } from '#foundation/db.ts';
import { countStream } from '#outbox/stream-reads.ts';
import type { Campaign } from './campaign-reads.ts';

/** `planned`, `held` and `sending` are still to come; the others are final. */
export type CountState = 'planned' | 'held' | 'sending' | 'sent' | 'skipped' | 'failed' | 'unknown';
/**
 * `arm` null: left out before an arm was drawn, or not written down yet, which is held with the reason 'planning'.
 * Else `reason` null: sent, or still to come.
 */
export type CampaignCount = { arm: string | null; state: CountState; reason: string | null; people: number };

/**
 * What became of everybody of a campaign's audience, from its start on: the counts add up to `people`, always. Of one
 * that is over, as it was counted then.
 * @param db beside a planner or couriers at work, a transaction of isolation 'repeatable read': they move people from
 * one count to another
 */
export async function countCampaign(
  db: Db,
  campaign: Pick<Campaign, 'campaignId' | 'audienceId' | 'streamId' | 'plannedAt' | 'closedAt'>,
): Promise<{ people: number; counts: CampaignCount[] }> {
  const { campaignId, streamId, plannedAt, closedAt } = campaign;
  let counts: CampaignCount[] = [];
  if (closedAt) counts = await readResults(db, campaignId);
  else if (streamId !== null) {
    counts = [...(await countRows(db, streamId)), ...(await countLeftOut(db, campaignId))];
    if (plannedAt === null) counts.push(...(await countUnplanned(db, campaign)));
  }
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

/** Who of the audience is not written down yet. */
async function countUnplanned(
  db: Db,
  { campaignId, audienceId }: Pick<Campaign, 'campaignId' | 'audienceId'>,
): Promise<CampaignCount[]> {
  const found = await sql<CampaignCount>`
    select null as arm, 'held' as state, 'planning' as reason, count(*) as people
    from audiences_published_members a
    where audience_id = ${audienceId} and not exists (
      select 1 from campaign_recipients r where r.campaign_id = ${campaignId} and r.member_id = a.member_id)
    having count(*) > 0`.execute(db);
  return found.rows;
}

async function readResults(db: Db, campaignId: number): Promise<CampaignCount[]> {
  const found = await sql<CampaignCount>`
    select nullif(arm, '') as arm, state, nullif(reason, '') as reason, people_count as people
    from campaign_results where campaign_id = ${campaignId} order by arm, state, reason`.execute(db);
  return found.rows;
}
