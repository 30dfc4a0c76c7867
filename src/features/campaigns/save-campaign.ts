import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readAudience } from '../audiences/audience-reads.ts';
import type { CampaignDraft } from './campaign-draft-rules.ts';
import { type Campaign, lockCampaign, readCampaign } from './campaign-reads.ts';
import type { CampaignState } from './campaign-rules.ts';
import { readTemplate } from './templates/template-reads.ts';

type Unknown = Refused<'unknown_audience' | 'unknown_template'>;
export type CreateCampaignOutcome = { ok: true; campaign: Campaign } | Unknown;
export type ChangeCampaignOutcome =
  | CreateCampaignOutcome
  | Refused<'unknown_campaign'>
  | Refused<'no_draft', { state: CampaignState }>;

type Saved = { draft: CampaignDraft; now: Date; actor: Actor };

/** Writes down a campaign; nothing leaves before it is scheduled. @param input.now business time */
export async function createCampaign(tx: Tx, input: Saved): Promise<CreateCampaignOutcome> {
  const found = await findParts(tx, input.draft);
  if (!found.ok) return found;
  const { id } = await tx
    .insertInto('campaigns')
    .values({ ...toRow(input.draft), ...found.ids, ...nothingYet, created_at: input.now })
    .returning('id')
    .executeTakeFirstOrThrow();
  await audit(tx, input, 'campaign.created', id, null);
  return { ok: true, campaign: (await readCampaign(tx, id)) as Campaign };
}

/** Changes a campaign that is not scheduled yet. Saving the same again changes and records nothing. */
export async function changeCampaign(
  tx: Tx,
  input: Saved & { campaignId: number },
): Promise<ChangeCampaignOutcome> {
  const { campaignId, draft } = input;
  const before = await lockCampaign(tx, campaignId);
  if (!before) return refuse('unknown_campaign');
  if (before.state !== 'draft') return refuse('no_draft', { state: before.state });
  const found = await findParts(tx, draft);
  if (!found.ok) return found;
  const was = toDraft(before);
  if (Object.entries(draft).every(([key, value]) => was[key as keyof CampaignDraft] === value))
    return { ok: true, campaign: before };
  await tx
    .updateTable('campaigns')
    .set({ ...toRow(draft), ...found.ids, revision: before.revision + 1 })
    .where('id', '=', campaignId)
    .execute();
  await audit(tx, input, 'campaign.changed', campaignId, was);
  return { ok: true, campaign: (await readCampaign(tx, campaignId)) as Campaign };
}

async function findParts(
  tx: Tx,
  { audienceKey, templateKey }: CampaignDraft,
): Promise<{ ok: true; ids: { audience_id: number; template_id: number } } | Unknown> {
  const audience = await readAudience(tx, audienceKey);
  if (!audience) return refuse('unknown_audience');
  const template = await readTemplate(tx, templateKey);
  if (!template) return refuse('unknown_template');
  return { ok: true, ids: { audience_id: audience.audienceId, template_id: template.templateId } };
}

const toRow = (draft: CampaignDraft) => ({
  name: draft.name,
  goal: draft.goal,
  goal_days: draft.goalDays,
  pace_per_second: draft.pacePerSecond,
  quiet: draft.quiet,
  life_hours: draft.lifeHours,
  if_over_quota: draft.ifOverQuota,
});

const nothingYet = {
  template_version_id: null,
  scheduled_at: null,
  expected_count: null,
  most_people: null,
  quota: null,
  stream_id: null,
  started_at: null,
  planned_at: null,
  closed_at: null,
};

const toDraft = (campaign: Campaign): CampaignDraft => ({
  name: campaign.name,
  goal: campaign.goal,
  goalDays: campaign.goalDays,
  audienceKey: campaign.audienceKey,
  templateKey: campaign.templateKey,
  pacePerSecond: campaign.pacePerSecond,
  quiet: campaign.quiet,
  lifeHours: campaign.lifeHours,
  ifOverQuota: campaign.ifOverQuota,
});

async function audit(
  tx: Tx,
  { draft, now, actor }: Saved,
  action: string,
  campaignId: number,
  before: CampaignDraft | null,
): Promise<void> {
  await recordAudit(tx, {
    at: now,
    actor,
    action,
    subjectKind: 'campaign',
    subjectId: String(campaignId),
    ...(before && { before }),
    after: draft,
  });
}
