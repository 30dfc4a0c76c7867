import '../tables.ts';
import { recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { openStream } from '#outbox/open-stream.ts';
import { type AlarmDesk, raiseAlarm } from '#outbox/raise-alarm.ts';
import { readAudienceStanding } from '../audience-standing-reads.ts';
import { type CampaignQuota, readCampaignQuota } from '../campaign-quota-reads.ts';
import { type Campaign, lockCampaign } from '../campaign-reads.ts';
import { overQuotaCause } from '../campaign-rules.ts';
import { readContent } from '../templates/template-reads.ts';
import { campaignJob } from './campaign-job-rules.ts';

/**
 * Starts a campaign whose time has come: asks the audience and LINE's month once more, and opens its stream. One that
 * does not fit is a draft again, with an alarm that tells the numbers, or trimmed, where that was chosen.
 * @param input.now business time
 * @returns false when it was not this call that started it, or while LINE's month is not known
 */
export async function startCampaign(
  tx: Tx,
  desk: AlarmDesk,
  input: { campaignId: number; now: Date },
): Promise<boolean> {
  await sql`set local statement_timeout = '120s'`.execute(tx);
  const { campaignId, now } = input;
  const campaign = await lockCampaign(tx, campaignId);
  if (campaign?.state !== 'scheduled' || campaign.scheduledAt === null || campaign.versionId === null)
    return false;
  if (campaign.scheduledAt > now) return false;
  const { holdOutPercent } = await readContent(tx, campaign.versionId);
  const standing = await readAudienceStanding(tx, { ...campaign, holdOutPercent });
  const quota = await readCampaignQuota(tx, {
    campaignId,
    needed: standing.reachable,
    startsAt: now,
    now,
  });
  if (quota.fits === null) return false;
  if (!quota.fits && (campaign.ifOverQuota === 'refuse' || quota.room === 0)) {
    await refuseToStart(tx, desk, campaign, quota, now);
    return false;
  }
  const mostPeople = quota.fits ? null : quota.room;
  const streamId = await openStream(tx, {
    sourceRef: `campaign:${campaignId}`,
    pacePerSecond: campaign.pacePerSecond,
    quiet: campaign.quiet,
    now,
  });
  await tx
    .updateTable('campaigns')
    .set({
      state: 'planning',
      started_at: now,
      stream_id: streamId,
      expected_count: standing.reachable,
      most_people: mostPeople,
      quota: JSON.stringify(quota),
    })
    .where('id', '=', campaignId)
    .execute();
  await recordAudit(tx, {
    at: now,
    actor: campaignJob,
    action: 'campaign.started',
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    after: {
      name: campaign.name,
      people: standing.people,
      reachable: standing.reachable,
      ...(mostPeople !== null && { mostPeople }),
    },
  });
  return true;
}

async function refuseToStart(
  tx: Tx,
  desk: AlarmDesk,
  { campaignId, name }: Campaign,
  quota: CampaignQuota,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('campaigns')
    .set({ state: 'draft', template_version_id: null, quota: JSON.stringify(quota) })
    .where('id', '=', campaignId)
    .execute();
  const quotaRoom = quota.room ?? 0;
  await recordAudit(tx, {
    at: now,
    actor: campaignJob,
    action: 'campaign.over_quota',
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    after: { name, needed: quota.needed, quotaRoom },
  });
  await raiseAlarm(tx, desk, {
    cause: overQuotaCause(campaignId),
    message:
      `Campaign ${campaignId} did not start: it takes ${quota.needed} messages and LINE's month has room for ` +
      `${quotaRoom}. Schedule it again with ifOverQuota "trim", for a smaller audience, or with a larger plan.`,
    now,
  });
}
