import '../tables.ts';
import { recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { isStreamOpen } from '#outbox/stream-reads.ts';
import { countCampaign } from '../campaign-counts-reads.ts';
import { lockCampaign } from '../campaign-reads.ts';
import { campaignJob } from './campaign-job-rules.ts';

/**
 * Closes a campaign of which nothing is open any more, and keeps its counts: the rows that were counted go in time.
 * @param input.now business time
 * @returns whether it was closed now
 */
export async function closeCampaign(tx: Tx, input: { campaignId: number; now: Date }): Promise<boolean> {
  const { campaignId, now } = input;
  const campaign = await lockCampaign(tx, campaignId);
  const { state, streamId, plannedAt, closedAt } = campaign ?? {};
  if (!campaign || (state !== 'running' && state !== 'stopped')) return false;
  if (!plannedAt || closedAt || !streamId || (await isStreamOpen(tx, streamId))) return false;
  const { people, counts } = await countCampaign(tx, campaign);
  if (counts.length > 0) {
    await tx
      .insertInto('campaign_results')
      .values(
        counts.map((count) => ({
          campaign_id: campaignId,
          arm: count.arm ?? '',
          // Nothing is open, so every state is a final one; the table refuses another.
          state: count.state as 'sent' | 'skipped' | 'failed' | 'unknown',
          reason: count.reason ?? '',
          people_count: count.people,
        })),
      )
      .execute();
  }
  await tx
    .updateTable('campaigns')
    .set({ closed_at: now, ...(state === 'running' && { state: 'finished' }) })
    .where('id', '=', campaignId)
    .execute();
  const sum = (of: string) =>
    counts.filter((count) => count.state === of).reduce((all, count) => all + count.people, 0);
  const [sent, skipped] = [sum('sent'), sum('skipped')];
  const [failed, unknown] = [sum('failed'), sum('unknown')];
  await recordAudit(tx, {
    at: now,
    actor: campaignJob,
    action: 'campaign.closed',
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    after: { name: campaign.name, people, sent, skipped, failed, unknown },
  });
  return true;
}
