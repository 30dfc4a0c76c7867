import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import type { TierBenefit } from '../../tiers/benefits/benefit-rules.ts';
import { noticeDays } from '../../tiers/review/review-rules.ts';
import { keepTwdOf, type Tier, topPercentOf } from '../../tiers/tier-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import { formatTimes, type RuleGroup, type Telling } from './rule-text-rules.ts';

type Tiers = RulesOf<'tiers'>;

/** What counts, what each tier asks for and gives, when it comes and when it goes. */
export function describeTiers(tiers: Tiers, telling: Telling): { groups: RuleGroup[]; brief: string[] } {
  const { words, locale } = telling;
  const counts = describeCounting(tiers, telling);
  return {
    groups: [
      { heading: null, lines: counts },
      ...tiers.tiers.map((tier) => ({
        heading: tier.name[locale],
        lines: [...describeReach(tiers, tier, telling), ...describeBenefits(tier, telling)],
      })),
      { heading: null, lines: describeMoves(tiers, telling) },
    ],
    brief: [
      ...counts,
      ...tiers.tiers.map((tier) =>
        words.tierLine(tier.name[locale], describeReach(tiers, tier, telling)[0] ?? ''),
      ),
    ],
  };
}

/** What is counted, over how long. */
function describeCounting(tiers: Tiers, { words }: Telling): string[] {
  switch (tiers.mode) {
    case 'threshold':
      return [words.looksBack(formatNumber(tiers.windowMonths))];
    case 'percentile':
      return [words.ranksBack(formatNumber(tiers.windowDays))];
    case 'score': {
      const { spend, frequency, activity } = tiers.weights;
      return [
        words.scoresBack(formatNumber(tiers.windowDays)),
        words.weighs(String(spend), String(frequency), String(activity)),
      ];
    }
  }
}

/** What reaches a tier, the shortest way to say it first, and what keeps it where that is less. */
function describeReach(tiers: Tiers, tier: Tier, { words, locale }: Telling): string[] {
  if (tier.key === tiers.tiers[0]?.key) return [words.fromStart()];
  if ('thresholdTwd' in tier) {
    const keep = keepTwdOf(tier);
    return [
      words.fromSpend(formatMoney(locale, tier.thresholdTwd)),
      ...(keep === tier.thresholdTwd ? [] : [words.keepsBy(formatMoney(locale, keep))]),
    ];
  }
  if ('minScore' in tier) return [words.fromScore(formatNumber(tier.minScore))];
  return tiers.mode === 'percentile'
    ? [words.fromTop(String(topPercentOf({ ...tiers, version: 0 }, tier.key)))]
    : [];
}

function describeBenefits(tier: Tier, { words, locale }: Telling): string[] {
  const named = tier.benefits.map((benefit) => sayBenefit(benefit.name[locale], benefit, words));
  return [
    ...(tier.earnPercent > 100 ? [words.earnsTimes(formatTimes(tier.earnPercent))] : []),
    ...(named.length > 0 ? named : [words.has(tier.benefit[locale])]),
  ];
}

function sayBenefit(name: string, benefit: TierBenefit, words: Telling['words']): string {
  return benefit.kind === 'coupon' ? words.given[benefit.given](name) : words.has(name);
}

/** When it goes up, when it is looked at, when it goes down. */
function describeMoves(tiers: Tiers, { words, locale }: Telling): string[] {
  if (tiers.mode === 'threshold')
    return [
      words.upAtOnce(),
      words.lastsYear(),
      words.noticed(
        noticeDays
          .toReversed()
          .map(formatNumber)
          .join(locale === 'en' ? ', ' : '、'),
      ),
      tiers.down === 'one_down' ? words.downByOne() : words.downBySpend(),
      words.returnTakesBack(),
      words.oldRulesKeep(),
    ];
  return [
    ...(tiers.mode === 'percentile' && tiers.minSpendTwd > 1
      ? [words.leastSpend(formatMoney(locale, tiers.minSpendTwd))]
      : []),
    words.upMonthly(),
    ...(tiers.protectedDays > 0 ? [words.protectedFor(formatNumber(tiers.protectedDays))] : []),
    ...(tiers.graceDays > 0 ? [words.graceOf(formatNumber(tiers.graceDays))] : []),
    tiers.mode === 'percentile' ? words.returnTakesRank() : words.returnEndsProtection(),
  ];
}
