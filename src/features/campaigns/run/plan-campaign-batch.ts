import '../tables.ts';
import type { RawBuilder } from 'kysely';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { readPolicy } from '#foundation/policy.ts';
import { planWith } from '#outbox/plan-stream.ts';
import { reserveUnits } from '#outbox/reserve-units.ts';
import { firstTier, type Tier, tiersPolicy } from '../../tiers/tier-rules.ts';
import { draws, standingOfBatch } from '../audience-standing-reads.ts';
import { type Campaign, lockCampaign } from '../campaign-reads.ts';
import { unitOf } from '../campaign-rules.ts';
import { campaignKind } from '../templates/campaign-messages.ts';
import { readContent } from '../templates/template-reads.ts';
import { shareOut, type TemplateContent, variablesOf } from '../templates/template-rules.ts';

export type PlannedBatch = {
  /** `elsewhere`: another planner is at work on it. `none`: everybody of the audience is written down. */
  left: 'some' | 'none' | 'elsewhere';
  /** Names that LINE's month had no room for. */
  refusedUnits: number;
};

/** What a batch goes by. */
type Plan = {
  campaign: Campaign & { streamId: number; startedAt: Date; versionId: number };
  content: TemplateContent;
  today: string;
  firstTierKey: string;
  units: (string | null)[];
  expiresAt: Date;
};

/**
 * Writes down the next people of an audience, each once: with the arm drawn for them and a row in the outbox, or with
 * the reason for which they are left out. The place that was reached is committed with the batch, so a planner that
 * is killed loses nothing and repeats nothing. Whoever came into the audience behind that place is met at the end.
 * Needs a transaction of isolation 'repeatable read': all of a batch is seen at one moment.
 * @param input.now business time
 */
export async function planCampaignBatch(
  tx: Tx,
  input: { campaignId: number; size: number; now: Date },
): Promise<PlannedBatch> {
  const { campaignId, size, now } = input;
  const mine = await sql<{ isMine: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended('campaign:plan', ${campaignId}::bigint)) as "isMine"`.execute(
    tx,
  );
  if (!mine.rows[0]?.isMine) return { left: 'elsewhere', refusedUnits: 0 };
  const campaign = await lockCampaign(tx, campaignId);
  const isOpen = campaign?.state === 'planning' || campaign?.state === 'stopped';
  if (!isOpen || campaign.plannedAt !== null || campaign.closedAt !== null)
    return { left: 'none', refusedUnits: 0 };
  const { streamId, startedAt, versionId } = campaign;
  if (streamId === null || startedAt === null || versionId === null) return { left: 'none', refusedUnits: 0 };

  const content = await readContent(tx, versionId);
  const expiresAt = addMs(startedAt, campaign.lifeHours * 3_600_000);
  const names = content.arms.map(({ key }) => unitOf(campaignId, key));
  const granted = await reserveUnits(tx, { names, from: startedAt, until: expiresAt });
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const plan: Plan = {
    campaign: { ...campaign, streamId, startedAt, versionId },
    content,
    today: dateInZone(now, zone),
    firstTierKey: firstTier<Tier>(await readPolicy(tx, tiersPolicy, now)).key,
    units: names.map((name) => (granted.has(name) ? name : null)),
    expiresAt,
  };
  const { plannedUpTo, plannedCount } = campaign;
  // Of those ahead of the place that was reached, only who was merged on the way is met already.
  const ahead = await writeDown(
    tx,
    plan,
    plannedCount,
    size,
    sql`member_id > ${plannedUpTo} and not member_id = any(array(
          select member_id from campaign_recipients
          where campaign_id = ${campaignId} and member_id > ${plannedUpTo}))`,
  );
  let planned = ahead.planned;
  let isDone = false;
  if (ahead.people < size) {
    const behind = await writeDown(
      tx,
      plan,
      plannedCount + planned,
      size,
      sql`(select true from campaign_recipients r
           where r.campaign_id = ${campaignId} and r.member_id = a.member_id) is null`,
    );
    planned += behind.planned;
    isDone = behind.people === 0;
  }
  await tx
    .updateTable('campaigns')
    .set({
      planned_up_to: Math.max(plannedUpTo, ahead.upTo),
      planned_count: plannedCount + planned,
      ...(isDone && { planned_at: now }),
      ...(isDone && campaign.state === 'planning' && { state: 'running' }),
    })
    .where('id', '=', campaignId)
    .execute();
  return { left: isDone ? 'none' : 'some', refusedUnits: names.length - granted.size };
}

/**
 * Looks at the next people, draws for each, writes down who is told and who is not, and plans the messages, all in one
 * statement: who was looked up once is not looked up again for the message.
 */
async function writeDown(
  tx: Tx,
  plan: Plan,
  plannedBefore: number,
  size: number,
  isNext: RawBuilder<unknown>,
): Promise<{ people: number; planned: number; upTo: number }> {
  const { campaign } = plan;
  const { campaignId, audienceId } = campaign;
  const parts = sql`
    people as materialized (
      select member_id from audiences_published_members a
      where audience_id = ${audienceId} and ${isNext}
      order by member_id limit ${size}
    ), drawn as (
      select member_id, line_user_id, ${reasonOf(plan)} as reason from (${standingOfBatch}) s
    ), fitting as materialized (
      select member_id, line_user_id, reason, case when reason is null then ${armOf(plan)} end as arm
      from (${cutToRoom(campaign, plannedBefore)}) d
    ), written as (
      insert into campaign_recipients (campaign_id, member_id, arm, reason)
      select ${campaignId}, member_id, arm, reason from fitting order by member_id
    ),`;
  const told = await planWith<{ people: number; upTo: number | null; told: number; planned: number }>(
    tx,
    {
      streamId: campaign.streamId,
      kind: campaignKind,
      select: selectMessages(plan),
      dueAt: campaign.startedAt,
      expiresAt: plan.expiresAt,
    },
    {
      parts,
      tell: sql`select count(*) as people, max(member_id) as "upTo", count(arm) as told,
                       (select count(*) from planned) as planned from fitting`,
    },
  );
  const { people = 0, upTo = null, told: wanted = 0, planned = 0 } = told[0] ?? {};
  if (planned !== wanted)
    throw new Fault(
      'campaign_plan_differs',
      `Campaign ${campaignId}: ${wanted} people to plan, ${planned} rows`,
    );
  return { people, planned, upTo: upTo ?? 0 };
}

/** Why somebody is not told, or null: what stands against it, and the draws, each made only where it decides. */
function reasonOf({ campaign, content }: Plan): RawBuilder<unknown> {
  const { campaignId, mostPeople, expectedCount } = campaign;
  const { holdOut, trim } = draws(campaignId);
  if (campaign.state === 'stopped') return sql`coalesce(reason, 'stopped_by_staff')`;
  // A fair draw leaves out about as many as do not fit; the count itself decides the rest.
  const share =
    mostPeople === null ? 10_000 : Math.ceil((mostPeople / Math.max(1, expectedCount ?? 1)) * 10_000);
  const { holdOutPercent } = content;
  const drawn = [
    ...(holdOutPercent > 0 ? [sql`when ${holdOut} < ${holdOutPercent * 100} then 'hold_out'`] : []),
    ...(share < 10_000 ? [sql`when ${trim} >= ${share} then 'over_quota'`] : []),
  ];
  return drawn.length > 0 ? sql`coalesce(reason, case ${sql.join(drawn, sql` `)} end)` : sql`reason`;
}

function armOf({ campaign, content }: Plan): RawBuilder<unknown> {
  const { keys, starts } = shareOut(content.arms);
  if (keys.length === 1) return sql`${keys[0]}::text`;
  return sql`(${keys}::text[])[width_bucket(${draws(campaign.campaignId).arm}, ${starts}::int[])]`;
}

function cutToRoom({ mostPeople }: Campaign, plannedBefore: number): RawBuilder<unknown> {
  if (mostPeople === null) return sql`select * from drawn`;
  return sql`
    select member_id, line_user_id,
           case when reason is null and row_number() over (partition by reason is null order by member_id)
                  > ${Math.max(0, mostPeople - plannedBefore)}::bigint then 'over_quota' else reason end as reason
    from drawn`;
}

/** A message for each of the batch who has an arm, with what its words name of its reader. */
function selectMessages({ campaign, content, units, today, firstTierKey }: Plan): RawBuilder<unknown> {
  const variables = variablesOf(content);
  const wantsPoints = variables.has('points');
  const wantsEnd = variables.has('pointsEnding') || variables.has('pointsEndOn');
  const wantsTier = variables.has('tier');
  const lots = sql`
    select ends_on, remaining from points_published_lots
    where member_id = f.member_id and kind = 'active' and (ends_on is null or ends_on >= ${today}::date)`;
  const nth = sql`array_position(${content.arms.map(({ key }) => key)}::text[], f.arm)`;
  const common = content.arms.map(({ key }) => JSON.stringify({ versionId: campaign.versionId, arm: key }));
  return sql`
    select f.member_id, f.line_user_id, f.arm, (${units}::text[])[${nth}],
           (${common}::jsonb[])[${nth}]
           ${wantsPoints ? sql`|| jsonb_build_object('points', coalesce(held.points, 0))` : sql``}
           ${wantsEnd ? sql`|| jsonb_build_object('pointsEnding', ending.points, 'pointsEndOn', ending.ends_on)` : sql``}
           ${wantsTier ? sql`|| jsonb_build_object('tier', coalesce(t.tier_key, ${firstTierKey}))` : sql``}
    from fitting f
    ${wantsPoints ? sql`left join lateral (select sum(remaining) as points from (${lots}) l) held on true` : sql``}
    ${
      wantsEnd
        ? sql`left join lateral (select ends_on, sum(remaining) as points from (${lots}) l where ends_on is not null
                                 group by ends_on order by ends_on limit 1) ending on true`
        : sql``
    }
    ${wantsTier ? sql`left join lateral (select tier_key from tiers_published_members v where v.member_id = f.member_id limit 1) t on true` : sql``}
    where f.arm is not null`;
}
