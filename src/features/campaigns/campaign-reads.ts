import './tables.ts';
import { type Db, sql, type Tx } from '#foundation/db.ts';
import type { CampaignQuota } from './campaign-quota-reads.ts';
import type { CampaignGoal, CampaignState } from './campaign-rules.ts';

export type Campaign = {
  campaignId: number;
  name: string;
  goal: CampaignGoal;
  goalDays: number;
  audienceId: number;
  audienceKey: string;
  templateId: number;
  templateKey: string;
  /** The version that it was scheduled with; null while it is a draft. */
  versionId: number | null;
  version: number | null;
  state: CampaignState;
  revision: number;
  /** Messages a second of this campaign alone; null = as fast as all together may. */
  pacePerSecond: number | null;
  /** What becomes of somebody whose message comes due in quiet hours. */
  quiet: 'hold' | 'skip';
  /** Hours after the start in which messages may still leave. */
  lifeHours: number;
  ifOverQuota: 'refuse' | 'trim';
  scheduledAt: Date | null;
  expectedCount: number | null;
  mostPeople: number | null;
  quota: CampaignQuota | null;
  streamId: number | null;
  plannedUpTo: number;
  plannedCount: number;
  startedAt: Date | null;
  plannedAt: Date | null;
  closedAt: Date | null;
  createdAt: Date;
};

const columns = sql`
  c.id as "campaignId", c.name, c.goal, c.goal_days as "goalDays", c.audience_id as "audienceId",
  a.key as "audienceKey", c.template_id as "templateId", t.key as "templateKey",
  c.template_version_id as "versionId", v.version, c.state, c.revision, c.pace_per_second as "pacePerSecond", c.quiet,
  c.life_hours as "lifeHours", c.if_over_quota as "ifOverQuota", c.scheduled_at as "scheduledAt",
  c.expected_count as "expectedCount", c.most_people as "mostPeople", c.quota, c.stream_id as "streamId",
  c.planned_up_to as "plannedUpTo", c.planned_count as "plannedCount", c.started_at as "startedAt",
  c.planned_at as "plannedAt", c.closed_at as "closedAt", c.created_at as "createdAt"
  from campaigns c join audiences_published_audiences a on a.id = c.audience_id
  join campaign_templates t on t.id = c.template_id
  left join campaign_template_versions v on v.id = c.template_version_id`;

export async function readCampaign(db: Db, campaignId: number): Promise<Campaign | null> {
  const found = await sql<Campaign>`select ${columns} where c.id = ${campaignId}`.execute(db);
  return found.rows[0] ?? null;
}

/** The campaign, its row locked: pausing, planning and closing pass one by one. */
export async function lockCampaign(tx: Tx, campaignId: number): Promise<Campaign | null> {
  const found = await sql<Campaign>`select ${columns} where c.id = ${campaignId} for update of c`.execute(tx);
  return found.rows[0] ?? null;
}

/** Newest first. @param input.before the id of the last one seen */
export async function readCampaigns(
  db: Db,
  input: { state?: CampaignState | undefined; before?: number | undefined; limit: number },
): Promise<Campaign[]> {
  const found = await sql<Campaign>`
    select ${columns}
    where (${input.state ?? null}::text is null or c.state = ${input.state ?? null})
      and (${input.before ?? null}::bigint is null or c.id < ${input.before ?? null})
    order by c.id desc limit ${input.limit}`.execute(db);
  return found.rows;
}

/** Ids in the order in which they are to start; `dueBy` business time. */
export async function readDueCampaigns(db: Db, dueBy: Date): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from campaigns where state = 'scheduled' and scheduled_at <= ${dueBy}
    order by scheduled_at, id`.execute(db);
  return found.rows.map(({ id }) => id);
}

/** Campaigns whose audience is not wholly written down: being planned, or stopped meanwhile. */
export async function readUnplannedCampaigns(db: Db): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from campaigns
    where closed_at is null and planned_at is null and stream_id is not null and state in ('planning', 'stopped')
    order by started_at, id`.execute(db);
  return found.rows.map(({ id }) => id);
}

/** Campaigns of which everybody is written down and which may be over. */
export async function readClosableCampaigns(db: Db): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from campaigns
    where closed_at is null and planned_at is not null and state in ('running', 'stopped')
    order by id`.execute(db);
  return found.rows.map(({ id }) => id);
}
