import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import type { RuleGroup, Telling } from './rule-text-rules.ts';

type Tiers = RulesOf<'tiers'>;
type Tier = Tiers['tiers'][number];

/** What counts, what each tier asks for and gives, when it comes and when it goes. */
export function describeTiers(tiers: Tiers, telling: Telling): { groups: RuleGroup[]; brief: string[] } {
  const { words, locale } = telling;
  const looksBack = words.looksBack(formatNumber(tiers.windowMonths));
  return {
    groups: [
      { heading: null, lines: [looksBack] },
      ...tiers.tiers.map((tier) => ({
        heading: tier.name[locale],
        lines: [describeReach(tier, telling), words.has(tier.benefit[locale])],
      })),
      {
        heading: null,
        lines: [words.upAtOnce(), words.lastsYear(), words.returnTakesBack(), words.oldRulesKeep()],
      },
    ],
    brief: [
      looksBack,
      ...tiers.tiers.map((tier) => words.tierLine(tier.name[locale], describeReach(tier, telling))),
    ],
  };
}

const describeReach = (tier: Tier, { words, locale }: Telling): string =>
  tier.thresholdTwd === 0 ? words.fromStart() : words.fromSpend(formatMoney(locale, tier.thresholdTwd));
