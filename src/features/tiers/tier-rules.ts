import { z } from 'zod';
import { declarePolicy, type Policy } from '#foundation/policy.ts';
import { tierBenefit } from './benefits/benefit-rules.ts';

const texts = z.object({ 'zh-TW': z.string().min(1), en: z.string().min(1), ja: z.string().min(1) });

const common = {
  key: z.string().regex(/^[a-z_]{1,20}$/),
  name: texts,
  look: z.enum(['general', 'silver', 'gold', 'vip']),
  menu: z.enum(['member', 'vip']),
  /** What a member of this tier has, as a phrase that ends a sentence. */
  benefit: texts,
  /** The same as a list, where the brand keeps one. */
  benefits: z.array(tierBenefit).max(12).default([]),
  /** Points of a purchase, in percent of the base rate. */
  earnPercent: z.int().min(100).max(1000).default(100),
};

const thresholdTier = z.object({
  ...common,
  /** Net spend within the window that reaches this tier. */
  thresholdTwd: z.int().min(0),
  /** Net spend within the window that keeps it at a review; without one, what reaches it. */
  keepTwd: z.int().min(0).optional(),
});

const percentileTier = z.object({
  ...common,
  /** How many of a hundred members hold it, counted below the tier above; the first tier takes the rest: 0. */
  sharePercent: z.number().min(0).max(100),
});

const scoreTier = z.object({
  ...common,
  /** The score, 0 to 100, from which on it is held. */
  minScore: z.int().min(0).max(100),
});

/** Days without a fall after a tier was reached by rank or score, then days for which one below it still keeps it. */
const ranked = {
  windowDays: z.int().min(30).max(1_095).default(365),
  protectedDays: z.int().min(0).max(1_095).default(365),
  graceDays: z.int().min(0).max(180).default(30),
};

/** By net spend (after returns, never the balance left) of the last `windowMonths`: up at once, down at a review. */
const threshold = z.object({
  mode: z.literal('threshold'),
  windowMonths: z.int().min(1).max(60),
  /** What a tier that is not kept at its review becomes: the one below, or what the spend of the window keeps. */
  down: z.enum(['one_down', 'by_spend']).default('by_spend'),
  tiers: z
    .array(thresholdTier)
    .min(1)
    .refine((tiers) => tiers[0]?.thresholdTwd === 0, 'The first tier must begin at 0')
    .refine((tiers) => risesBy(tiers, (tier) => tier.thresholdTwd), 'Thresholds must rise')
    .refine((tiers) => tiers.every((tier) => keepTwdOf(tier) <= tier.thresholdTwd), {
      error: 'Keeping a tier must not ask for more than reaching it',
    })
    .refine((tiers) => risesBy(tiers, keepTwdOf), 'What keeps a tier must rise from tier to tier'),
});

/** By the rank of net spend among all members, once a month. */
const percentile = z.object({
  mode: z.literal('percentile'),
  ...ranked,
  /** Nobody who spent less holds more than the first tier, whatever the rank. */
  minSpendTwd: z.int().min(1).default(1),
  tiers: z
    .array(percentileTier)
    .min(1)
    .refine((tiers) => tiers[0]?.sharePercent === 0, 'The first tier takes the rest: its share is 0')
    .refine((tiers) => tiers.slice(1).every((tier) => tier.sharePercent > 0), 'A share must be above 0')
    .refine((tiers) => tiers.reduce((sum, tier) => sum + tier.sharePercent, 0) <= 100, {
      error: 'The shares must not come to more than 100',
    }),
});

const weight = z.int().min(0).max(100);

/** By a score that mixes ranks in spend, frequency and activity, once a month. */
const score = z.object({
  mode: z.literal('score'),
  ...ranked,
  weights: z
    .object({ spend: weight, frequency: weight, activity: weight })
    .refine((of) => of.spend + of.frequency + of.activity === 100, 'The weights must come to 100')
    .default({ spend: 60, frequency: 20, activity: 20 }),
  tiers: z
    .array(scoreTier)
    .min(1)
    .refine((tiers) => tiers[0]?.minScore === 0, 'The first tier must begin at 0')
    .refine((tiers) => risesBy(tiers, (tier) => tier.minScore), 'Scores must rise'),
});

/** How tiers are reached and lost. Versions that name no mode go by threshold. */
export const tiersPolicy = declarePolicy(
  'tiers',
  z.preprocess(
    (data) =>
      typeof data === 'object' && data !== null && !('mode' in data) ? { mode: 'threshold', ...data } : data,
    z.discriminatedUnion('mode', [threshold, percentile, score]),
  ),
);

export type ThresholdTier = z.infer<typeof thresholdTier>;
export type PercentileTier = z.infer<typeof percentileTier>;
export type ScoreTier = z.infer<typeof scoreTier>;
export type Tier = ThresholdTier | PercentileTier | ScoreTier;
export type TiersPolicy = Policy<z.infer<typeof tiersPolicy.schema>>;
export type ThresholdPolicy = Extract<TiersPolicy, { mode: 'threshold' }>;
export type PercentilePolicy = Extract<TiersPolicy, { mode: 'percentile' }>;
export type ScorePolicy = Extract<TiersPolicy, { mode: 'score' }>;
/** Tiers that are dealt out once a month among all members. */
export type RankedPolicy = PercentilePolicy | ScorePolicy;

function risesBy<T>(tiers: readonly T[], of: (tier: T) => number): boolean {
  return tiers.every((tier, at) => at === 0 || of(tier) > of(tiers[at - 1] as T));
}

/** NT$ of the window that keep a tier at its review. */
export function keepTwdOf(tier: ThresholdTier): number {
  return tier.keepTwd ?? tier.thresholdTwd;
}

/** The first tier: everyone's from the day of joining. */
export function firstTier<Of extends Tier>(policy: { tiers: readonly Of[] }): Of {
  const [first] = policy.tiers;
  if (!first) throw new RangeError('A policy has at least one tier');
  return first;
}

/** The highest tier that this net spend reaches. */
export function tierForSpend(policy: ThresholdPolicy, netTwd: number): ThresholdTier {
  return policy.tiers.findLast((each) => netTwd >= each.thresholdTwd) ?? firstTier(policy);
}

/** A tier by key; one that the policy no longer knows counts as the first. */
export function tierByKey<Of extends Tier>(policy: { tiers: readonly Of[] }, key: string | null): Of {
  return policy.tiers.find((each) => each.key === key) ?? firstTier(policy);
}

/** Order of tiers: higher is better. */
export const rankOf = (policy: { tiers: readonly { key: string }[] }, key: string): number =>
  Math.max(
    0,
    policy.tiers.findIndex((each) => each.key === key),
  );

/** How many of a hundred members hold this tier or a better one. */
export const topPercentOf = (policy: PercentilePolicy, key: string): number =>
  policy.tiers.slice(rankOf(policy, key)).reduce((sum, tier) => sum + tier.sharePercent, 0);

/** The next tier up; nulls where no amount is known to lead there, as by rank or score. */
export type NextTier = {
  tier: Tier;
  missingTwd: number | null;
  reachTwd: number | null;
  /** The window in which it must be spent. */
  months: number | null;
};

/** The next tier up and what is missing to it at this net spend; null at the top. */
export function nextTier(policy: TiersPolicy, current: Tier, netTwd: number): NextTier | null {
  const tier: Tier | undefined = policy.tiers[rankOf(policy, current.key) + 1];
  if (!tier) return null;
  if (policy.mode !== 'threshold' || !('thresholdTwd' in tier))
    return { tier, missingTwd: null, reachTwd: null, months: null };
  const { thresholdTwd: reachTwd } = tier;
  return { tier, missingTwd: Math.max(0, reachTwd - netTwd), reachTwd, months: policy.windowMonths };
}
