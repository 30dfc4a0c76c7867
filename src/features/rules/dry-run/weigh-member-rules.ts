import { countKept, type EarningTerms } from '../../points/earning/earning-rules.ts';
import { pickMemberDay } from '../../points/earning/member-day-rules.ts';
import { countPaidBack } from '../../points/points-rules.ts';
import { type CouponBenefit, couponBenefits } from '../../tiers/benefits/benefit-rules.ts';
import { rankOf, type Tier, type TiersPolicy, tierByKey } from '../../tiers/tier-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import { type PastRanking, replayRanked } from './replay-ranked-rules.ts';
import { type HeldFrom, replayThreshold, tierBefore, tierOn } from './replay-threshold-rules.ts';
import { listSteps, monthOf, type PastMember, type PastPurchase, type Step } from './timeline-rules.ts';

/** Rules of one side, the live or the draft's, with what has to be known beside them. */
export type RuleSide = {
  tiers: TiersPolicy;
  points: RulesOf<'points'>;
  /** What each monthly ranking comes to, in order; empty where tiers go by threshold. */
  rankings: readonly PastRanking[];
};

/** What one month costs under one side's rules. */
export type SideSum = {
  points: number;
  coupons: number;
  /** What those of the coupons take off at most that have a worth in money. */
  couponsTwd: number;
  /** Coupons without a worth of their own: gifts, free shipping, percent without a ceiling. */
  couponsWithoutWorth: number;
};
export type MonthSum = { month: string; purchases: number; live: SideSum; draft: SideSum };

const nothing = (): SideSum => ({ points: 0, coupons: 0, couponsTwd: 0, couponsWithoutWorth: 0 });
export const emptyMonths = (months: readonly string[]): Map<string, MonthSum> =>
  new Map(months.map((month) => [month, { month, purchases: 0, live: nothing(), draft: nothing() }]));

export type Weighed = { liveKey: string; draftKey: string };

/**
 * Lets somebody live through the past under both sides' rules and adds what that costs to the months.
 * Points are those of what has stayed of each purchase, by the formula of the live rules, with the percent of the
 * tier that would have been held when it was bought.
 * @param input.months sums to add to; what lies before them only builds up tiers
 * @param input.worthOf what a coupon takes off in NT$ at most; null where it has no such worth
 * @returns the tiers held on `today` under each side
 */
export function weighMember(
  member: PastMember,
  input: {
    live: RuleSide;
    draft: RuleSide;
    today: string;
    months: ReadonlyMap<string, MonthSum>;
    worthOf(couponKey: string): number | null;
  },
): Weighed {
  const { live, draft, today, months, worthOf } = input;
  const steps = listSteps(member);
  const heldLive = replayTiers(live, member, steps, today);
  // A draft of the points leaves the tiers as they are.
  const heldDraft = draft.tiers === live.tiers ? heldLive : replayTiers(draft, member, steps, today);
  const sides = [
    ['live', live, heldLive],
    ['draft', draft, heldDraft],
  ] as const;
  for (const purchase of member.purchases) {
    const sum = months.get(monthOf(purchase.purchasedOn));
    if (!sum) continue;
    sum.purchases += 1;
    for (const [name, side, held] of sides) sum[name].points += countPoints(side, held, purchase);
  }
  for (const [name, side, held] of sides)
    for (const [month, sum] of months)
      for (const coupon of listCoupons(side, held, { month, birthMonth: member.birthMonth, today })) {
        const worth = worthOf(coupon.couponKey);
        sum[name].coupons += 1;
        if (worth === null) sum[name].couponsWithoutWorth += 1;
        else sum[name].couponsTwd += worth;
      }
  return { liveKey: tierOn(heldLive, today), draftKey: tierOn(heldDraft, today) };
}

function replayTiers(side: RuleSide, member: PastMember, steps: readonly Step[], today: string): HeldFrom[] {
  return side.tiers.mode === 'threshold'
    ? replayThreshold(side.tiers, steps, today)
    : replayRanked(side.tiers, member, steps, side.rankings);
}

function countPoints(side: RuleSide, held: readonly HeldFrom[], purchase: PastPurchase): number {
  const { points } = side;
  const { totalTwd, returnedTwd, pointsPaid, purchasedOn, storeCode, lines } = purchase;
  const terms: EarningTerms = {
    twdPerPoint: points.twdPerPoint,
    pointValueTwd: points.pointValueTwd,
    tierPercent: tierByKey<Tier>(side.tiers, tierBefore(held, purchasedOn)).earnPercent,
    memberDay: pickMemberDay(points.memberDays, { on: purchasedOn, storeCode, lines }),
  };
  const pointsBack = countPaidBack({ totalTwd, pointsPaid, returnedTwd, isFull: purchase.isFullyReturned });
  return countKept(terms, { totalTwd, returnedTwd, pointsPaid, pointsBack });
}

/** The coupons that somebody's tiers give in a month: at each rise, to who holds one on its first day, for the birthday. */
function listCoupons(
  side: RuleSide,
  held: readonly HeldFrom[],
  of: { month: string; birthMonth: number | null; today: string },
): CouponBenefit[] {
  const benefitsOf = (key: string) => tierByKey<Tier>(side.tiers, key).benefits;
  const rises = held.filter(({ on, isRise }) => isRise && monthOf(on) === of.month);
  const first = benefitsOf(tierOn(held, `${of.month}-01`));
  return [
    ...rises.flatMap(({ key }) => couponBenefits(benefitsOf(key), 'rise')),
    ...couponBenefits(first, 'monthly'),
    ...(of.birthMonth === Number(of.month.slice(5)) ? couponBenefits(first, 'birthday') : []),
  ];
}

export type Move = 'rise' | 'fall' | 'same';

/**
 * Whether the draft gives more or less than the live rules: by the order of the draft's tiers, and of the live ones
 * for a tier that the draft no longer has.
 */
export function moveOf(of: Weighed, live: TiersPolicy, draft: TiersPolicy): Move {
  if (of.liveKey === of.draftKey) return 'same';
  const isKnown = draft.tiers.some(({ key }) => key === of.liveKey);
  const before = isKnown
    ? rankOf(draft, of.liveKey)
    : // As far up, counted from the bottom, as it stood among the live ones.
      rankOf(live, of.liveKey);
  return rankOf(draft, of.draftKey) > before ? 'rise' : 'fall';
}
