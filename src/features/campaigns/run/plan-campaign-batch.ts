import '../tables.ts';
import type { RawBuilder } from 'kysely';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { readPolicy } from '#foundation/policy.ts';
import { planStream } from '#outbox/plan-stream.ts';
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
  const ahead = await writeDown(tx, plan, campaign.plannedCount, size, {
    who: sql`member_id > ${campaign.plannedUpTo}`,
  });
  let planned = ahead.planned;
  let isDone = false;
  if (ahead.people < size) {
    const behind = await writeDown(tx, plan, campaign.plannedCount + planned, size, { who: sql`true` });
    planned += behind.planned;
    isDone = behind.people === 0;
  }
  await tx
    .updateTable('campaigns')
    .set({
      planned_up_to: Math.max(campaign.plannedUpTo, ahead.upTo),
      planned_count: campaign.plannedCount + planned,
      ...(isDone && { planned_at: now }),
      ...(isDone && campaign.state === 'planning' && { state: 'running' }),
    })
    .where('id', '=', campaignId)
    .execute();
  return { left: isDone ? 'none' : 'some', refusedUnits: names.length - granted.size };
}

async function writeDown(
  tx: Tx,
  plan: Plan,
  plannedBefore: number,
  size: number,
  { who }: { who: RawBuilder<unknown> },
): Promise<{ people: number; planned: number; upTo: number }> {
  const { campaign, content } = plan;
  const { campaignId, audienceId, mostPeople, expectedCount } = campaign;
  const { holdOut, arm, trim } = draws(campaignId);
  const { keys, starts } = shareOut(content.arms);
  // A fair draw leaves out about as many as do not fit; the count itself decides the rest.
  const room = mostPeople === null ? null : Math.max(0, mostPeople - plannedBefore);
  const share =
    mostPeople === null ? 10_000 : Math.ceil((mostPeople / Math.max(1, expectedCount ?? 1)) * 10_000);
  const isStopped = campaign.state === 'stopped';
  const written = await sql<{ people: number; upTo: number | null; planned: number[] | null }>`
    with people as materialized (
      select member_id from audiences_published_members a
      left join lateral (
        select true as is_met from campaign_recipients r
        where r.campaign_id = ${campaignId} and r.member_id = a.member_id offset 0) met on true
      where audience_id = ${audienceId} and ${who} and is_met is null
      order by member_id limit ${size}
    ), drawn as (
      select member_id, ${arm} as arm_draw,
             coalesce(reason, case when ${isStopped} then 'stopped_by_staff'
                                   when ${holdOut} < ${content.holdOutPercent * 100} then 'hold_out'
                                   when ${trim} >= ${share} then 'over_quota' end) as reason
      from (${standingOfBatch}) s
    ), counted as (
      select *, row_number() over (partition by reason is null order by member_id) > ${room}::bigint as is_over
      from drawn
    ), written as (
      insert into campaign_recipients (campaign_id, member_id, arm, reason)
      select ${campaignId}, member_id,
             case when reason is null and is_over is not true
                  then (${keys}::text[])[width_bucket(arm_draw, ${starts}::int[])] end,
             case when reason is null and is_over then 'over_quota' else reason end
      from counted
      on conflict do nothing
      returning member_id, arm
    )
    select count(*) as people, max(member_id) as "upTo",
           array_agg(member_id) filter (where arm is not null) as planned
    from written`.execute(tx);
  const { people = 0, upTo = null, planned = null } = written.rows[0] ?? {};
  const ids = planned ?? [];
  if (ids.length > 0) await planRows(tx, plan, ids);
  return { people, planned: ids.length, upTo: upTo ?? 0 };
}

async function planRows(tx: Tx, plan: Plan, memberIds: readonly number[]): Promise<void> {
  const { campaign, content, units } = plan;
  const variables = variablesOf(content);
  const wantsPoints = variables.has('points');
  const wantsEnd = variables.has('pointsEnding') || variables.has('pointsEndOn');
  const lots = sql`
    select ends_on, remaining from points_published_lots
    where member_id = r.member_id and kind = 'active' and (ends_on is null or ends_on >= ${plan.today}::date)`;
  const select = sql`
    select r.member_id, m.line_user_id, r.arm,
           (${units}::text[])[array_position(${content.arms.map(({ key }) => key)}::text[], r.arm)],
           jsonb_build_object('versionId', ${campaign.versionId}::bigint, 'arm', r.arm)
           ${wantsPoints ? sql`|| jsonb_build_object('points', coalesce(held.points, 0))` : sql``}
           ${wantsEnd ? sql`|| jsonb_build_object('pointsEnding', ending.points, 'pointsEndOn', ending.ends_on)` : sql``}
           ${variables.has('tier') ? sql`|| jsonb_build_object('tier', coalesce(t.tier_key, ${plan.firstTierKey}))` : sql``}
    from unnest(${[...memberIds]}::bigint[]) planned (id)
    join lateral (select member_id, arm from campaign_recipients
                  where campaign_id = ${campaign.campaignId} and member_id = planned.id offset 0) r on true
    join lateral (select * from members_published_members v where v.id = planned.id offset 0) m on true
    ${wantsPoints ? sql`left join lateral (select sum(remaining) as points from (${lots}) l) held on true` : sql``}
    ${
      wantsEnd
        ? sql`left join lateral (select ends_on, sum(remaining) as points from (${lots}) l where ends_on is not null
                                 group by ends_on order by ends_on limit 1) ending on true`
        : sql``
    }
    ${variables.has('tier') ? sql`left join lateral (select tier_key from tiers_published_members v where v.member_id = r.member_id limit 1) t on true` : sql``}`;
  const count = await planStream(tx, {
    streamId: campaign.streamId,
    kind: campaignKind,
    select,
    dueAt: campaign.startedAt,
    expiresAt: plan.expiresAt,
  });
  if (count !== memberIds.length)
    throw new Fault(
      'campaign_plan_differs',
      `Campaign ${campaign.campaignId}: ${memberIds.length} people to plan, ${count} rows`,
    );
}
