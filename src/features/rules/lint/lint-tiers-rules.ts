import type { RulesOf } from '../section-rules.ts';
import { type Finding, find } from './finding-rules.ts';

type Tiers = RulesOf<'tiers'>;
type Tier = Tiers['tiers'][number];

/** So many conditions a shopper can keep in mind for one tier. */
export const mostConditions = 3;

/** What must be fulfilled to reach a tier and to stay in it, each counted once; the first tier asks for nothing. */
export function listConditions(tiers: Tiers, tier: Tier): string[] {
  if (tier.key === tiers.tiers[0]?.key) return [];
  if ('thresholdTwd' in tier) return [...(tier.keepTwd === undefined ? [] : ['keepTwd']), 'thresholdTwd'];
  if ('sharePercent' in tier) return ['minSpendTwd', 'sharePercent'];
  return ['minScore'];
}

/** What a tier has, each as a text that two tiers share only when both have it. */
const listBenefits = (tier: Tier): string[] => [
  tier.benefit['zh-TW'],
  ...tier.benefits.map((each) => each.name['zh-TW']),
];

/** Tiers that nobody can remember, wants, or reaches. */
export function lintTiers(data: Tiers): Finding[] {
  const tiers: readonly Tier[] = data.tiers;
  return tiers.flatMap((tier, at) => {
    const lower = tiers[at - 1];
    const before = tiers.slice(0, at);
    const path = `tiers.${at}`;
    const conditions = listConditions(data, tier);
    const findings: Finding[] = [];
    if (conditions.length > mostConditions)
      findings.push(
        find('error', 'too_many_conditions', path, (words, locale) =>
          words.tooManyConditions(tier.name[locale], String(conditions.length), String(mostConditions)),
        ),
      );
    if (before.some(({ key }) => key === tier.key))
      findings.push(find('error', 'same_key', `${path}.key`, (words) => words.sameKey(tier.key)));
    if (before.some(({ name }) => name['zh-TW'] === tier.name['zh-TW']))
      findings.push(
        find('warning', 'same_name', `${path}.name`, (words, locale) => words.sameName(tier.name[locale])),
      );
    if (lower && listBenefits(tier).every((benefit) => listBenefits(lower).includes(benefit)))
      findings.push(
        find('warning', 'no_own_benefit', `${path}.benefit`, (words, locale) =>
          words.noOwnBenefit(tier.name[locale], lower.name[locale]),
        ),
      );
    return findings;
  });
}
