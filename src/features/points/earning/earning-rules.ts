import type { PointsPolicy } from '../points-rules.ts';
import type { DayBonus } from './member-day-rules.ts';

export type Rate = Pick<PointsPolicy, 'twdPerPoint' | 'pointValueTwd'>;

/** By what a purchase earns: decided when it is recorded, and kept with the earning for what comes back later. */
export type EarningTerms = Rate & {
  /** What the buyer's tier earns, in percent of the base rate. */
  tierPercent: number;
  memberDay: DayBonus | null;
};

/** What remains of a purchase: money and paid points, each after returns. */
export type Remainder = { totalTwd: number; returnedTwd: number; pointsPaid: number; pointsBack: number };

/**
 * Points that a purchase is worth: of the net that remains (money less what points paid), the base rate with the
 * bonuses added up, rounded down once:
 *
 *     floor(net × (tier % + (member day % − 100) × eligible ÷ lines) ÷ 100 ÷ NT$ per point)
 *
 * The part that a member day counts stays the same share of whatever net remains, as paid points come back in
 * proportion: so parts of many returns sum exactly and a full return leaves 0. All in whole numbers; a line sum of
 * 500 × NT$100,000,000 loses no digit.
 */
export function countKept(terms: EarningTerms, of: Remainder): number {
  const net = of.totalTwd - of.returnedTwd - (of.pointsPaid - of.pointsBack) * terms.pointValueTwd;
  if (net <= 0) return 0;
  const { memberDay } = terms;
  const lines = BigInt(memberDay?.linesTwd ?? 1);
  const extra = memberDay ? BigInt(memberDay.eligibleTwd) * BigInt(memberDay.earnPercent - 100) : 0n;
  const weighed = BigInt(net) * (BigInt(terms.tierPercent) * lines + extra);
  return Number(weighed / (100n * BigInt(terms.twdPerPoint) * lines));
}

/** The same terms without tier and member day: what anyone earns on any day. */
export const plainTerms = ({ twdPerPoint, pointValueTwd }: Rate): EarningTerms => ({
  twdPerPoint,
  pointValueTwd,
  tierPercent: 100,
  memberDay: null,
});

/** Why a purchase earned more than the base rate; nothing where it did not. */
export function listBonuses(terms: Pick<EarningTerms, 'tierPercent' | 'memberDay'>): EarnBonus[] {
  const { tierPercent, memberDay } = terms;
  return [
    ...(memberDay ? [{ kind: 'member_day' as const, ...memberDay }] : []),
    ...(tierPercent > 100 ? [{ kind: 'tier' as const, earnPercent: tierPercent }] : []),
  ];
}

export type EarnBonus = { kind: 'tier'; earnPercent: number } | ({ kind: 'member_day' } & DayBonus);
