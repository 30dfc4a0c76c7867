import { type PercentilePolicy, type ScorePolicy, tiersPolicy } from '#features/tiers/tier-rules.ts';
import type { Transact } from '#foundation/facts.ts';
import { publishPolicy } from '#foundation/policy.ts';
import { tester } from '../support/shop.ts';

const words = (text: string) => ({ 'zh-TW': text, en: text, ja: text });
const common = (key: string, name: string) => ({
  key,
  name: words(name),
  look: 'general' as const,
  menu: 'member' as const,
  benefit: words('生日禮'),
});

/** The top 5 % are diamond, the next 10 % platinum. */
export function byPercentile(over: object = {}): PercentilePolicy {
  const data = {
    mode: 'percentile',
    tiers: [
      { ...common('general', '一般'), sharePercent: 0 },
      { ...common('platinum', '白金'), sharePercent: 10 },
      { ...common('diamond', '鑽石'), sharePercent: 5 },
    ],
    ...over,
  };
  return { ...(tiersPolicy.schema.parse(data) as PercentilePolicy), version: 7 };
}

/** Spend 60, frequency 20, activity 20; silver from 50 on, gold from 80 on. */
export function byScore(over: object = {}): ScorePolicy {
  const data = {
    mode: 'score',
    tiers: [
      { ...common('general', '一般'), minScore: 0 },
      { ...common('silver', '銀卡'), minScore: 50 },
      { ...common('gold', '金卡'), minScore: 80 },
    ],
    ...over,
  };
  return { ...(tiersPolicy.schema.parse(data) as ScorePolicy), version: 7 };
}

export const publishTiers = (
  transact: Transact,
  policy: PercentilePolicy | ScorePolicy,
  effectiveFrom: Date,
): Promise<number> => {
  const { version: _, ...data } = policy;
  return transact((tx) =>
    publishPolicy(tx, tiersPolicy, { data, effectiveFrom, now: effectiveFrom, actor: tester }),
  );
};
