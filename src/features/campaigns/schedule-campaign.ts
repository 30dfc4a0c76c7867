import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { clearAlarm } from '#outbox/raise-alarm.ts';
import { type AudienceStanding, readAudienceStanding } from './audience-standing-reads.ts';
import { type CampaignQuota, readCampaignQuota } from './campaign-quota-reads.ts';
import { type Campaign, lockCampaign, readCampaign } from './campaign-reads.ts';
import { type CampaignState, overQuotaCause } from './campaign-rules.ts';
import { readNewestVersion } from './templates/template-reads.ts';

export type ScheduleRefusal =
  | Refused<'unknown_campaign'>
  | Refused<'no_draft', { state: CampaignState }>
  | Refused<'changed'>
  | Refused<'nobody', { people: number }>
  | Refused<'quota_unknown'>
  | Refused<'over_quota', { quota: CampaignQuota }>;

/** A draft that could be scheduled now, and what would come of it. */
export type Schedulable = {
  ok: true;
  campaign: Campaign;
  versionId: number;
  standing: AudienceStanding;
  quota: CampaignQuota;
};

/**
 * Looks whether a draft can be scheduled, its row locked: somebody to tell, and room in the month of LINE's in which it
 * starts, unless it may be trimmed to what there is. Where LINE was never asked, nobody knows.
 * @param input.revision the draft that was agreed to; left out = the one that stands
 */
export async function weighCampaign(
  tx: Tx,
  input: { campaignId: number; revision?: number; scheduledAt: Date; now: Date },
): Promise<Schedulable | ScheduleRefusal> {
  // Two at once must see each other: the month's room is given away once.
  await sql`select pg_advisory_xact_lock(hashtextextended('campaigns:quota', 0))`.execute(tx);
  const campaign = await lockCampaign(tx, input.campaignId);
  if (!campaign) return refuse('unknown_campaign');
  const { state, revision, campaignId, audienceId } = campaign;
  if (state !== 'draft') return refuse('no_draft', { state });
  if (input.revision !== undefined && input.revision !== revision) return refuse('changed');
  const { versionId, content } = await readNewestVersion(tx, campaign.templateId);
  const { holdOutPercent } = content;
  const standing = await readAudienceStanding(tx, { campaignId, audienceId, holdOutPercent });
  if (standing.reachable === 0) return refuse('nobody', { people: standing.people });
  const needed = standing.reachable;
  const { scheduledAt: startsAt, now } = input;
  const quota = await readCampaignQuota(tx, { campaignId, needed, startsAt, now });
  if (quota.fits === null) return refuse('quota_unknown');
  if (!quota.fits && (campaign.ifOverQuota === 'refuse' || quota.room === 0))
    return refuse('over_quota', { quota });
  return { ok: true, campaign, versionId, standing, quota };
}

/**
 * Schedules a draft: from now on neither it nor the version of its template changes. Whether it fits LINE's month is
 * asked again when it starts.
 * @param input.scheduledAt business time; what has passed starts at once
 * @param input.versionId the version that was agreed to; left out = the newest
 * @param input.approvalId the approval by which a second person agreed, if one had to
 */
export async function scheduleCampaign(
  tx: Tx,
  input: {
    campaignId: number;
    revision?: number;
    versionId?: number;
    scheduledAt: Date;
    approvalId: number | null;
    now: Date;
    actor: Actor;
  },
): Promise<Schedulable | ScheduleRefusal> {
  const { campaignId, scheduledAt, now, actor } = input;
  const weighed = await weighCampaign(tx, input);
  if (!weighed.ok) return weighed;
  const { standing, quota } = weighed;
  const versionId = input.versionId ?? weighed.versionId;
  await lockVersion(tx, versionId, now);
  await clearAlarm(tx, overQuotaCause(campaignId));
  await tx
    .updateTable('campaigns')
    .set({
      state: 'scheduled',
      template_version_id: versionId,
      scheduled_at: scheduledAt,
      expected_count: standing.reachable,
      quota: JSON.stringify(quota),
    })
    .where('id', '=', campaignId)
    .execute();
  await recordAudit(tx, {
    at: now,
    actor,
    action: 'campaign.scheduled',
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    after: {
      name: weighed.campaign.name,
      scheduledAt,
      people: standing.people,
      reachable: standing.reachable,
      quotaRoom: quota.room,
      ...(input.approvalId !== null && { approvalId: input.approvalId }),
    },
  });
  return { ...weighed, versionId, campaign: (await readCampaign(tx, campaignId)) as Campaign };
}

/** From now on the version stays as it is. */
export async function lockVersion(tx: Tx, versionId: number, now: Date): Promise<void> {
  await tx
    .updateTable('campaign_template_versions')
    .set({ locked_at: now })
    .where('id', '=', versionId)
    .where('locked_at', 'is', null)
    .execute();
}
