import '../tables.ts';
import { addDays, instantInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import {
  firstTier,
  type PercentilePolicy,
  type RankedPolicy,
  type ScorePolicy,
  type Tier,
} from '../tier-rules.ts';
import { ownAction } from './own-action-reads.ts';
import { type Cut, cutPlaces, percentileCuts, rankedWindow } from './ranking-rules.ts';

export type Ranking = { id: number; rankedOn: string; policyVersion: number; isApplied: boolean };

/**
 * Ranks everybody once for one month: whoever comes second gets the ranking that is there. Everybody is each member,
 * whoever was imported as one, and each person who bought within the window. All counting is one statement; places are
 * kept for those who bought, did something themselves, or hold a tier.
 * @param input.rankedOn the first of a month; the window ends on the day before
 * @param input.now business time of the run
 */
export async function takeRanking(
  tx: Tx,
  input: { policy: RankedPolicy; rankedOn: string; zone: string; now: Date },
): Promise<Ranking> {
  const { policy, rankedOn } = input;
  const opened = await tx
    .insertInto('tier_rankings')
    .values({
      ranked_on: rankedOn,
      mode: policy.mode,
      policy_version: policy.version,
      member_count: 0,
      ranked_at: input.now,
      applied_at: null,
    })
    .onConflict((conflict) => conflict.column('ranked_on').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (opened) {
    const memberCount = await countEverybody(tx, { ...input, rankingId: opened.id });
    await (policy.mode === 'percentile'
      ? cutByPercentile(tx, { policy, rankingId: opened.id, memberCount })
      : cutByScore(tx, { policy, rankingId: opened.id }));
  }
  const found = await tx
    .selectFrom('tier_rankings')
    .select(['id', 'ranked_on as rankedOn', 'policy_version as policyVersion', 'applied_at as appliedAt'])
    .where('ranked_on', '=', rankedOn)
    .executeTakeFirstOrThrow();
  const { appliedAt, ...ranking } = found;
  return { ...ranking, isApplied: appliedAt !== null };
}

/** @returns how many people were ranked */
async function countEverybody(
  tx: Tx,
  of: { policy: RankedPolicy; rankingId: number; rankedOn: string; zone: string },
): Promise<number> {
  const { policy, zone } = of;
  const { from, until } = rankedWindow(policy, of.rankedOn);
  const weights = policy.mode === 'score' ? policy.weights : { spend: 0, frequency: 0, activity: 0 };
  const counted = await sql<{ memberCount: number }>`
    with spent as (
      select member_id, sum(net_twd)::bigint as net, count(*) filter (where fully_returned_at is null)::int as purchases
      from purchases_published_purchases
      where member_id is not null and purchased_on between ${from} and ${until} group by 1
    ), active as (
      select coalesce(n.merged_into_id, n.id) as member_id,
             count(distinct (f.occurred_at at time zone ${zone})::date)::int as days
      from facts f join members_published_numbers n on n.id = f.member_id
      where f.occurred_at >= ${instantInZone(from, '00:00', zone)}
        and f.occurred_at < ${instantInZone(addDays(until, 1), '00:00', zone)} and ${ownAction}
      group by 1
    ), people as (
      select m.id, coalesce(s.net, 0) as net, coalesce(s.purchases, 0) as purchases, coalesce(a.days, 0) as days
      from members_published_members m
      left join spent s on s.member_id = m.id
      left join active a on a.member_id = m.id
      where m.joined_at is not null or m.imported_at is not null or s.member_id is not null
    ), ranked as (
      select people.*, count(*) over () as total,
             rank() over (order by net) - 1 as below_net,
             rank() over (order by purchases) - 1 as below_purchases,
             rank() over (order by days) - 1 as below_days,
             rank() over (order by net desc) as place
      from people
    ), placed as (
      insert into tier_places (member_id, ranking_id, net_twd, purchase_count, active_days, place, score, tier_key)
      select id, ${of.rankingId}, net, purchases, days, place,
             case when total < 2 then 0
                  else (${weights.spend}::bigint * below_net + ${weights.frequency}::bigint * below_purchases
                        + ${weights.activity}::bigint * below_days) / (total - 1) end,
             ${firstTier<Tier>(policy).key}
      from ranked
      where net > 0 or purchases > 0 or days > 0
        or exists (select 1 from tier_memberships t where t.member_id = ranked.id and t.until is null)
      on conflict (member_id) do update set
        ranking_id = excluded.ranking_id, net_twd = excluded.net_twd, purchase_count = excluded.purchase_count,
        active_days = excluded.active_days, place = excluded.place, score = excluded.score,
        tier_key = excluded.tier_key
    )
    update tier_rankings set member_count = (select coalesce(max(total), 0) from ranked)
    where id = ${of.rankingId} returning member_count as "memberCount"`.execute(tx);
  return counted.rows[0]?.memberCount ?? 0;
}

async function cutByPercentile(
  tx: Tx,
  of: { policy: PercentilePolicy; rankingId: number; memberCount: number },
): Promise<void> {
  const spends = new Map<number, number>();
  for (const { places } of cutPlaces(of.policy, of.memberCount)) {
    if (places === 0) continue;
    const found = await sql<{ net: number }>`
      select net_twd as net from tier_places where ranking_id = ${of.rankingId}
      order by net_twd desc offset ${places - 1} limit 1`.execute(tx);
    spends.set(places, found.rows[0]?.net ?? 0);
  }
  const cuts = percentileCuts(of.policy, of.memberCount, (place) => spends.get(place) ?? 0);
  await writeCuts(
    tx,
    cuts.map((cut) => ({
      ranking_id: of.rankingId,
      tier_key: cut.tierKey,
      cut_twd: cut.cutTwd,
      min_score: null,
    })),
  );
  await sql`
    update tier_places p set tier_key = reached.tier_key
    from tier_places o cross join lateral (
      select tier_key from unnest(${keysOf(cuts)}::text[], ${cuts.map((cut) => cut.cutTwd)}::bigint[])
        with ordinality as cuts (tier_key, cut, nth)
      where o.purchase_count > 0 and o.net_twd >= cut order by nth limit 1) reached
    where o.ranking_id = ${of.rankingId} and p.member_id = o.member_id`.execute(tx);
}

const keysOf = (cuts: readonly Cut[]): string[] => cuts.map((cut) => cut.tierKey);

async function cutByScore(tx: Tx, of: { policy: ScorePolicy; rankingId: number }): Promise<void> {
  const steps = of.policy.tiers.slice(1);
  await writeCuts(
    tx,
    steps.map((tier) => ({
      ranking_id: of.rankingId,
      tier_key: tier.key,
      cut_twd: null,
      min_score: tier.minScore,
    })),
  );
  await sql`
    update tier_places p set tier_key = reached.tier_key
    from tier_places o cross join lateral (
      select tier_key from unnest(${steps.map((tier) => tier.key)}::text[], ${steps.map((tier) => tier.minScore)}::int[])
        as steps (tier_key, min_score)
      where o.score >= min_score order by min_score desc limit 1) reached
    where o.ranking_id = ${of.rankingId} and p.member_id = o.member_id`.execute(tx);
}

async function writeCuts(
  tx: Tx,
  cuts: { ranking_id: number; tier_key: string; cut_twd: number | null; min_score: number | null }[],
): Promise<void> {
  if (cuts.length > 0) await tx.insertInto('tier_ranking_cuts').values(cuts).execute();
}
