import { formatMoney, type Locale } from '#foundation/i18n.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { type Tier, type TiersPolicy, topPercentOf } from './tier-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type TiersWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, TiersWords> = { 'zh-TW': zhTW, en, ja };

/** A share as a bare number: 5, 0.125. */
export const formatPercent = (percent: number): string => String(Math.round(percent * 1_000) / 1_000);

/** How tiers are reached and for how long they last, sentence by sentence. */
export function describeHow(locale: Locale, policy: TiersPolicy): string[] {
  const words = wordsOf[locale];
  switch (policy.mode) {
    case 'threshold':
      return [words.tiersHow(policy.windowMonths)];
    case 'percentile':
      return [
        words.tiersByRank(policy.windowDays, formatMoney(locale, policy.minSpendTwd)),
        words.tierProtected(policy.protectedDays),
      ];
    case 'score':
      return [
        words.tiersByScore(policy.windowDays, policy.weights),
        words.tierProtected(policy.protectedDays),
      ];
    default:
      return neverHappens(policy);
  }
}

/** What reaches a tier, in few words: an amount, a share of the members, or a score. */
export function describeWay(locale: Locale, policy: TiersPolicy, tier: Tier): string {
  const words = wordsOf[locale];
  if (tier.key === policy.tiers[0]?.key) return words.tierStart();
  if ('thresholdTwd' in tier) return words.tierFrom(formatMoney(locale, tier.thresholdTwd));
  if ('minScore' in tier) return words.tierFromScore(tier.minScore);
  return policy.mode === 'percentile' ? words.tierTop(formatPercent(topPercentOf(policy, tier.key))) : '';
}
