import type { Locale } from '#foundation/i18n.ts';

/**
 * Where a member stands among the brand's tiers; it is passed in, for tiers stand later in the street.
 * `tiers` from the lowest to the highest; `distanceTwd` is what is left to spend until that tier: 0 when it is
 * reached, null when no amount leads there.
 */
export type TierStanding = {
  key: string;
  tiers: readonly { key: string; name: Record<Locale, string>; distanceTwd: number | null }[];
};

/** The nearest of the tiers that a coupon is for; null when the brand no longer has any of them. */
export function requiredTier(
  standing: TierStanding,
  tierKeys: readonly string[],
): TierStanding['tiers'][number] | null {
  const wanted = standing.tiers.filter((tier) => tierKeys.includes(tier.key));
  const own = standing.tiers.findIndex((tier) => tier.key === standing.key);
  const above = wanted.find((tier) => standing.tiers.indexOf(tier) > own);
  return above ?? wanted[0] ?? null;
}
