import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import { describeHow, describeWay } from '../../tiers/describe-ways-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import type { RuleGroup, Telling } from './rule-text-rules.ts';

type Tiers = RulesOf<'tiers'>;
type Tier = Tiers['tiers'][number];

/** What counts, what each tier asks for and gives, when it comes and when it goes. */
export function describeTiers(tiers: Tiers, telling: Telling): { groups: RuleGroup[]; brief: string[] } {
  const { words, locale } = telling;
  const looksBack =
    tiers.mode === 'threshold'
      ? [words.looksBack(formatNumber(tiers.windowMonths))]
      : describeHow(locale, { ...tiers, version: 0 });
  const each: readonly Tier[] = tiers.tiers;
  return {
    groups: [
      { heading: null, lines: looksBack },
      ...each.map((tier) => ({
        heading: tier.name[locale],
        lines: [describeReach(tiers, tier, telling), ...listBenefits(tier, telling)],
      })),
      {
        heading: null,
        lines: [
          ...(tiers.mode === 'threshold' ? [words.upAtOnce(), words.lastsYear()] : []),
          words.returnTakesBack(),
          words.oldRulesKeep(),
        ],
      },
    ],
    brief: [
      ...looksBack,
      ...each.map((tier) => words.tierLine(tier.name[locale], describeReach(tiers, tier, telling))),
    ],
  };
}

const listBenefits = (tier: Tier, { words, locale }: Telling): string[] =>
  tier.benefits.length === 0
    ? [words.has(tier.benefit[locale])]
    : tier.benefits.map((each) => words.has(each.name[locale]));

function describeReach(tiers: Tiers, tier: Tier, { words, locale }: Telling): string {
  if (tier.key === tiers.tiers[0]?.key) return words.fromStart();
  return 'thresholdTwd' in tier
    ? words.fromSpend(formatMoney(locale, tier.thresholdTwd))
    : describeWay(locale, { ...tiers, version: 0 }, tier);
}
