import { firstTier, rankOf, type ThresholdPolicy, type Tier, type TiersPolicy } from './tier-rules.ts';

/**
 * The rules by threshold that a member's spending is measured by: those in force and, until the review, those under
 * which the tier was reached or last kept. Of two the better counts, so that a change takes nothing away that was
 * promised, and gives at once what is kinder.
 * @param of.heldPolicy null where the tier was reached under the rules in force, or none is held
 */
export function rulesOfSpend(of: {
  policy: TiersPolicy;
  heldPolicy: TiersPolicy | null;
  reviewOn: string | null;
  today: string;
}): ThresholdPolicy[] {
  const isPromised = of.reviewOn !== null && of.today < of.reviewOn;
  return [of.policy, ...(of.heldPolicy && isPromised ? [of.heldPolicy] : [])].filter(
    (each): each is ThresholdPolicy => each.mode === 'threshold',
  );
}

/** What is counted under one of these rules: net spend, NT$, of its own window. */
export type Measured = { rules: ThresholdPolicy; netTwd: number };

/** A tier of the policy in force, and what brought it; `by` is null for the first, which everyone has. */
export type Reached = { tier: Tier; by: Measured | null };

/** The best tier of the policy in force that any of these rules reaches. */
export function bestReached(policy: TiersPolicy, measured: readonly Measured[]): Reached {
  let best: Reached = { tier: firstTier<Tier>(policy), by: measured[0] ?? null };
  for (const by of measured) {
    const keys = by.rules.tiers.filter((tier) => by.netTwd >= tier.thresholdTwd).map((tier) => tier.key);
    for (const key of keys) {
      const tier: Tier | undefined = policy.tiers.find((each) => each.key === key);
      if (tier && rankOf(policy, key) > rankOf(policy, best.tier.key)) best = { tier, by };
    }
  }
  return best;
}

/** `months` is the window in which it must be spent. */
export type Distance = { missingTwd: number | null; reachTwd: number | null; months: number | null };

/** What is left to spend until a tier by the nearest of these rules, and the whole of it; nulls where none leads there. */
export function bestDistance(key: string, measured: readonly Measured[]): Distance {
  const ways = measured.flatMap(({ rules, netTwd }) =>
    rules.tiers
      .filter((tier) => tier.key === key)
      .map((tier) => ({
        missingTwd: Math.max(0, tier.thresholdTwd - netTwd),
        reachTwd: tier.thresholdTwd,
        months: rules.windowMonths,
      })),
  );
  const [nearest] = ways.toSorted((a, b) => a.missingTwd - b.missingTwd);
  return nearest ?? { missingTwd: null, reachTwd: null, months: null };
}
