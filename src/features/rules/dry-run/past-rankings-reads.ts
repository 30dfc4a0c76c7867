import { addDays } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { ownAction } from '../../tiers/ranking/own-action-reads.ts';
import {
  nextRankingDay,
  percentileCuts,
  placesWithin,
  rankedWindow,
  scoreOf,
  tierForCuts,
  tierForScore,
} from '../../tiers/ranking/ranking-rules.ts';
import {
  type PercentilePolicy,
  type ScorePolicy,
  type TiersPolicy,
  topPercentOf,
} from '../../tiers/tier-rules.ts';
import type { PastRanking } from './replay-ranked-rules.ts';

/**
 * What every ranking from the one on `from` up to `today` would have come to under these rules: one look at
 * everybody for each month. Of a ranking by percentile only its cuts are kept, of one by score the sorted values.
 * @param of.from a first of a month
 */
export async function readPastRankings(
  db: Db,
  policy: TiersPolicy,
  of: { from: string; today: string; zone: string },
): Promise<PastRanking[]> {
  if (policy.mode === 'threshold') return [];
  const rankings: PastRanking[] = [];
  for (let rankedOn = of.from; rankedOn <= of.today; rankedOn = nextRankingDay(rankedOn))
    rankings.push(
      policy.mode === 'percentile'
        ? await rankByPercentile(db, policy, rankedOn, of.zone)
        : await rankByScore(db, policy, rankedOn, of.zone),
    );
  return rankings;
}

const daysOf = (policy: PercentilePolicy | ScorePolicy, rankedOn: string) => ({
  rankedOn,
  ...rankedWindow(policy, rankedOn),
  protectedUntil: addDays(rankedOn, policy.protectedDays),
});

async function rankByPercentile(
  db: Db,
  policy: PercentilePolicy,
  rankedOn: string,
  zone: string,
): Promise<PastRanking> {
  const memberCount = await countMembers(db, policy, rankedOn, zone);
  const places = policy.tiers
    .slice(1)
    .map((tier) => placesWithin(memberCount, topPercentOf(policy, tier.key)));
  const found = await sql<{ place: number; net: number }>`
    select place, net from (
      select net, row_number() over (order by net desc) as place from (${spentBefore(policy, rankedOn)}) spent
    ) ranked where place = any(${places}::bigint[])`.execute(db);
  const spendAt = new Map(found.rows.map(({ place, net }) => [place, net]));
  const cuts = percentileCuts(policy, memberCount, (place) => spendAt.get(place) ?? 0);
  return { ...daysOf(policy, rankedOn), tierOf: (counted) => tierForCuts(policy, cuts, counted).key };
}

async function rankByScore(
  db: Db,
  policy: ScorePolicy,
  rankedOn: string,
  zone: string,
): Promise<PastRanking> {
  const memberCount = await countMembers(db, policy, rankedOn, zone);
  const { from, until } = rankedWindow(policy, rankedOn);
  const spent = await sql<{ net: number; purchases: number }>`
    select net, purchases from (${spentBefore(policy, rankedOn)}) spent`.execute(db);
  const active = await sql<{ days: number }>`
    select count(distinct (occurred_at at time zone ${zone})::date) as days
    from facts join members_published_members m on m.id = facts.member_id
    where ${ownAction} and (occurred_at at time zone ${zone})::date between ${from} and ${until}
    group by facts.member_id`.execute(db);
  const below = {
    spend: countBelow(
      memberCount,
      spent.rows.map(({ net }) => net),
    ),
    frequency: countBelow(
      memberCount,
      spent.rows.map(({ purchases }) => purchases),
    ),
    activity: countBelow(
      memberCount,
      active.rows.map(({ days }) => days),
    ),
  };
  return {
    ...daysOf(policy, rankedOn),
    tierOf: ({ netTwd, purchases, activeDays }) => {
      const of = {
        spend: below.spend(netTwd),
        frequency: below.frequency(purchases),
        activity: below.activity(activeDays),
      };
      return tierForScore(policy, scoreOf(policy, of, memberCount)).key;
    },
  };
}

/** Net spend and purchases that had stayed, per person, as they stood at the end of the day before a ranking. */
function spentBefore(policy: PercentilePolicy | ScorePolicy, rankedOn: string) {
  const { from, until } = rankedWindow(policy, rankedOn);
  return sql`
    select p.member_id, sum(p.total_twd - coalesce(back.twd, 0)) as net,
           count(*) filter (where p.total_twd > coalesce(back.twd, 0)) as purchases
    from purchases_published_purchases p
    join members_published_members m on m.id = p.member_id
    left join (
      select purchase_id, sum(amount_twd) as twd from purchases_published_returns
      where returned_on <= ${until} group by 1) back on back.purchase_id = p.id
    where p.purchased_on between ${from} and ${until}
    group by 1`;
}

/** Everybody whom a ranking counts: who had joined, who was imported as a member, and who bought within the window. */
async function countMembers(
  db: Db,
  policy: PercentilePolicy | ScorePolicy,
  rankedOn: string,
  zone: string,
): Promise<number> {
  const { from, until } = rankedWindow(policy, rankedOn);
  const counted = await sql<{ count: number }>`
    select count(*) as count from members_published_members m
    where (m.joined_at at time zone ${zone})::date < ${rankedOn} or m.imported_at is not null or exists (
      select 1 from purchases_published_purchases p
      where p.member_id = m.id and p.purchased_on between ${from} and ${until})`.execute(db);
  return counted.rows[0]?.count ?? 0;
}

/** How many of all lie strictly below a value; those who are not among `values` have 0. */
function countBelow(memberCount: number, values: readonly number[]): (value: number) => number {
  const rising = Float64Array.from(values).toSorted();
  const others = Math.max(0, memberCount - rising.length);
  return (value) => (value > 0 ? others + lowerBound(rising, value) : 0);
}

/** The first place at which a value is not below the one looked for. */
function lowerBound(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
