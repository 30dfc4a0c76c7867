import { type PercentilePolicy, type ScorePolicy, tiersPolicy } from '#features/tiers/tier-rules.ts';
import type { Transact } from '#foundation/facts.ts';
import { publishPolicy } from '#foundation/policy.ts';
import { tester } from '../support/shop.ts';

const names = {
  general: { 'zh-TW': '一般', en: 'Basic', ja: 'レギュラー' },
  silver: { 'zh-TW': '銀卡', en: 'Silver', ja: 'シルバー' },
  gold: { 'zh-TW': '金卡', en: 'Gold', ja: 'ゴールド' },
  platinum: { 'zh-TW': '白金', en: 'Platinum', ja: 'プラチナ' },
  diamond: { 'zh-TW': '鑽石', en: 'Diamond', ja: 'ダイヤモンド' },
};
const common = (key: keyof typeof names) => ({
  key,
  name: names[key],
  look: 'general' as const,
  menu: 'member' as const,
  benefit: { 'zh-TW': '生日禮', en: 'a birthday gift', ja: '誕生日特典' },
});

/** The top 5 % are diamond, the next 10 % platinum. */
export function byPercentile(over: object = {}): PercentilePolicy {
  const data = {
    mode: 'percentile',
    tiers: [
      { ...common('general'), sharePercent: 0 },
      { ...common('platinum'), sharePercent: 10 },
      { ...common('diamond'), sharePercent: 5 },
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
      { ...common('general'), minScore: 0 },
      { ...common('silver'), minScore: 50 },
      { ...common('gold'), minScore: 80 },
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
