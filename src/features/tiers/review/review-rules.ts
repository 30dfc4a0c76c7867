import {
  firstTier,
  keepTwdOf,
  rankOf,
  type ThresholdPolicy,
  type ThresholdTier,
  tierByKey,
  tierForSpend,
} from '../tier-rules.ts';

/** Months from reaching a tier to its review, and from one review to the next. */
export const lastsMonths = 12;

/**
 * What a review by threshold comes to, by the rules in force on its day: `raised` where these reach a higher tier
 * than the one held, `kept` where the spend is what keeps it, else `fallen` to the tier below or, by `by_spend`, to
 * the highest lower tier that the spend keeps. A tier that these rules no longer have becomes what the spend reaches.
 * @param netTwd net spend (after returns) of the policy's window that ends with the day of the review
 */
export function reviewOutcome(
  policy: ThresholdPolicy,
  heldKey: string,
  netTwd: number,
): { move: 'raised' | 'kept' | 'fallen'; tier: ThresholdTier } {
  const held = tierByKey(policy, heldKey);
  const reached = tierForSpend(policy, netTwd);
  if (held.key !== heldKey) return { move: 'fallen', tier: reached };
  if (rankOf(policy, reached.key) > rankOf(policy, held.key)) return { move: 'raised', tier: reached };
  if (netTwd >= keepTwdOf(held)) return { move: 'kept', tier: held };
  return { move: 'fallen', tier: tierBelow(policy, held, netTwd) };
}

function tierBelow(policy: ThresholdPolicy, held: ThresholdTier, netTwd: number): ThresholdTier {
  const below = policy.tiers.slice(0, rankOf(policy, held.key));
  if (policy.down === 'one_down') return below.at(-1) ?? firstTier(policy);
  return below.findLast((tier) => netTwd >= keepTwdOf(tier)) ?? firstTier(policy);
}

/**
 * The notice that is due so many days before a review: the nearest of `noticeDays` that the review has come within;
 * null while it is further away, and on its day.
 */
export function dueNotice(daysLeft: number): number | null {
  if (daysLeft < 1) return null;
  return noticeDays.find((days) => daysLeft <= days) ?? null;
}

/** Days before a review at which a member who would fall is told, nearest first. */
export const noticeDays = [7, 30, 60] as const;
export const firstNoticeDays = 60;
