import { z } from 'zod';
import { declarePolicy, type Policy } from '#foundation/policy.ts';

const texts = z.object({ 'zh-TW': z.string().min(1), en: z.string().min(1), ja: z.string().min(1) });

const tier = z.object({
  key: z.string().regex(/^[a-z_]{1,20}$/),
  name: texts,
  /** Net spend within the window that reaches this tier. */
  thresholdTwd: z.int().min(0),
  look: z.enum(['general', 'silver', 'gold', 'vip']),
  menu: z.enum(['member', 'vip']),
  /** What a member of this tier has, as a phrase that ends a sentence. */
  benefit: texts,
});

/** Tiers by threshold: net spend (after returns, never the balance left) of the last `windowMonths`. */
export const tiersPolicy = declarePolicy(
  'tiers',
  z.object({
    windowMonths: z.int().min(1).max(60),
    tiers: z
      .array(tier)
      .min(1)
      .refine((tiers) => tiers[0]?.thresholdTwd === 0, 'The first tier must begin at 0')
      .refine(
        (tiers) => tiers.every((each, i) => i === 0 || each.thresholdTwd > (tiers[i - 1]?.thresholdTwd ?? 0)),
        'Thresholds must rise',
      ),
  }),
);

export type Tier = z.infer<typeof tier>;
export type TiersPolicy = Policy<z.infer<typeof tiersPolicy.schema>>;

/** The first tier: everyone's from the day of joining. */
export function firstTier(policy: TiersPolicy): Tier {
  const [first] = policy.tiers;
  if (!first) throw new RangeError('A policy has at least one tier');
  return first;
}

/** The highest tier that this net spend reaches. */
export function tierForSpend(policy: TiersPolicy, netTwd: number): Tier {
  return policy.tiers.findLast((each) => netTwd >= each.thresholdTwd) ?? firstTier(policy);
}

/** A tier by key; one that the policy no longer knows counts as the first. */
export function tierByKey(policy: TiersPolicy, key: string | null): Tier {
  return policy.tiers.find((each) => each.key === key) ?? firstTier(policy);
}

/** Order of tiers: higher is better. */
export const rankOf = (policy: TiersPolicy, key: string): number =>
  Math.max(
    0,
    policy.tiers.findIndex((each) => each.key === key),
  );

/** The next tier up and what is missing to it at this net spend; null at the top. */
export function nextTier(
  policy: TiersPolicy,
  current: Tier,
  netTwd: number,
): { tier: Tier; missingTwd: number } | null {
  const next = policy.tiers[rankOf(policy, current.key) + 1];
  return next ? { tier: next, missingTwd: Math.max(0, next.thresholdTwd - netTwd) } : null;
}
