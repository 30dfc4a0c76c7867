import { addDays, addMonths } from '#foundation/clock.ts';
import {
  firstTier,
  type PercentilePolicy,
  type PercentileTier,
  type RankedPolicy,
  type ScorePolicy,
  type ScoreTier,
  topPercentOf,
} from '../tier-rules.ts';

/** What a ranking counts of one person within the window. */
export type Counted = {
  /** NT$, after returns. */
  netTwd: number;
  /** Purchases that were not returned whole. */
  purchases: number;
  /** Days on which the person did something themselves: bound, took a coupon, invited, answered. */
  activeDays: number;
};

/** The days that a ranking looks at: `windowDays` that end on the day before it. Both are inclusive. */
export function rankedWindow(policy: RankedPolicy, rankedOn: string): { from: string; until: string } {
  return { from: addDays(rankedOn, -policy.windowDays), until: addDays(rankedOn, -1) };
}

/** The ranking that a day belongs to: on the first of its month. */
export const rankingDayOf = (day: string): string => `${day.slice(0, 8)}01`;

/** The first of the month after this day. */
export const nextRankingDay = (day: string): string => addMonths(rankingDayOf(day), 1);

/** The first ranking at which a tier is lost to somebody who stays below it since `belowSince`. */
export function fallingDay(belowSince: string, graceDays: number): string {
  const over = addDays(belowSince, graceDays);
  return over === rankingDayOf(over) ? over : nextRankingDay(over);
}

/** The net spend that a tier took in one ranking; null where nobody's was enough. */
export type Cut = { tierKey: string; cutTwd: number | null };

/**
 * Where the places of each tier above the first end. Tiers are filled from the top: of `memberCount` members the
 * first `memberCount × share ÷ 100` (all shares down to that tier, rounded down) hold it, and everyone who is tied
 * with the last of them. Nobody below the policy's floor is in.
 * @param spendAt the net spend of the member at this place, 1 = the highest; 0 for places that nobody spent for
 */
export function percentileCuts(
  policy: PercentilePolicy,
  memberCount: number,
  spendAt: (place: number) => number,
): Cut[] {
  return cutPlaces(policy, memberCount).map(({ tierKey, places }) => ({
    tierKey,
    cutTwd: places === 0 ? null : Math.max(spendAt(places), policy.minSpendTwd),
  }));
}

/** The last place of each tier above the first, the best tier first; 0 where its share is less than one member. */
export function cutPlaces(
  policy: PercentilePolicy,
  memberCount: number,
): { tierKey: string; places: number }[] {
  return policy.tiers
    .slice(1)
    .toReversed()
    .map((tier) => ({
      tierKey: tier.key,
      places: placesWithin(memberCount, topPercentOf(policy, tier.key)),
    }));
}

/** How many places a share of all members has, rounded down; shares of thousandths are counted exactly. */
export function placesWithin(memberCount: number, sharePercent: number): number {
  return Math.floor((memberCount * Math.round(sharePercent * 1_000)) / 100_000);
}

/** The best tier whose cut this person reached with at least one purchase that has stayed. @param cuts best first */
export function tierForCuts(
  policy: PercentilePolicy,
  cuts: readonly Cut[],
  of: Pick<Counted, 'netTwd' | 'purchases'>,
): PercentileTier {
  const key = cuts.find(({ cutTwd }) => cutTwd !== null && of.purchases > 0 && of.netTwd >= cutTwd)?.tierKey;
  return policy.tiers.find((tier) => tier.key === key) ?? firstTier(policy);
}

/** How many of the population lie strictly below somebody in each measure. */
export type Below = { spend: number; frequency: number; activity: number };

/**
 * The score 0 to 100, rounded down: each measure as the share of all others who lie strictly below (`percent_rank`),
 * times its weight. Equal values give equal scores. 0 for somebody who is alone.
 */
export function scoreOf(policy: ScorePolicy, below: Below, memberCount: number): number {
  if (memberCount < 2) return 0;
  const { spend, frequency, activity } = policy.weights;
  const weighed = spend * below.spend + frequency * below.frequency + activity * below.activity;
  return Math.floor(weighed / (memberCount - 1));
}

/** The scores of a whole population, in its order: spend, frequency and activity rank one and the same people. */
export function scorePopulation(policy: ScorePolicy, people: readonly Counted[]): number[] {
  const spend = countBelow(people.map((each) => each.netTwd));
  const frequency = countBelow(people.map((each) => each.purchases));
  const activity = countBelow(people.map((each) => each.activeDays));
  return people.map((each) =>
    scoreOf(
      policy,
      {
        spend: spend(each.netTwd),
        frequency: frequency(each.purchases),
        activity: activity(each.activeDays),
      },
      people.length,
    ),
  );
}

/** The tiers of a whole population by percentile, in its order. */
export function rankPopulation(policy: PercentilePolicy, people: readonly Counted[]): PercentileTier[] {
  const falling = people.map((each) => each.netTwd).toSorted((a, b) => b - a);
  const cuts = percentileCuts(policy, people.length, (place) => falling[place - 1] ?? 0);
  return people.map((each) => tierForCuts(policy, cuts, each));
}

function countBelow(values: readonly number[]): (value: number) => number {
  const rising = values.toSorted((a, b) => a - b);
  const first = new Map<number, number>();
  rising.forEach((value, at) => {
    if (!first.has(value)) first.set(value, at);
  });
  return (value) => first.get(value) ?? 0;
}

/** The highest tier that this score holds. */
export function tierForScore(policy: ScorePolicy, score: number): ScoreTier {
  return policy.tiers.findLast((tier) => score >= tier.minScore) ?? firstTier(policy);
}

export type RankMove = 'up' | 'down' | 'below' | 'recovered' | 'stay';

/**
 * What a ranking does to a tier that is held: up at once; down only when its protected days are over and the person
 * has then been below it for the days of grace. `below` begins those days, `recovered` ends them.
 * @param of.rankHeld, of.rankReached order of the tiers in the policy, higher is better
 * @param of.protectedUntil the first day on which the tier may be lost; null = no protection
 * @param of.belowSince the ranking that first found the person below it after that; null = none
 */
export function rankMove(
  policy: Pick<RankedPolicy, 'graceDays'>,
  of: {
    rankHeld: number;
    rankReached: number;
    protectedUntil: string | null;
    belowSince: string | null;
    rankedOn: string;
  },
): RankMove {
  if (of.rankReached > of.rankHeld) return 'up';
  if (of.rankReached === of.rankHeld) return of.belowSince === null ? 'stay' : 'recovered';
  if (of.protectedUntil !== null && of.rankedOn < of.protectedUntil) return 'stay';
  const since = of.belowSince ?? of.rankedOn;
  if (of.rankedOn >= addDays(since, policy.graceDays)) return 'down';
  return of.belowSince === null ? 'below' : 'stay';
}
