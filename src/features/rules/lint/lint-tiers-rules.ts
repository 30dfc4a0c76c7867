import { formatMoney, formatNumber } from '#foundation/i18n.ts';
import type { TierBenefit } from '../../tiers/benefits/benefit-rules.ts';
import { placesWithin } from '../../tiers/ranking/ranking-rules.ts';
import { keepTwdOf, type Tier, topPercentOf } from '../../tiers/tier-rules.ts';
import type { RulesOf } from '../section-rules.ts';
import { type Finding, find, type Surroundings } from './finding-rules.ts';

type Tiers = RulesOf<'tiers'>;

/** So many conditions a shopper can keep in mind for one tier, and so many tiers. */
export const mostConditions = 3;
const mostTiers = 5;
/** A brand that has only begun cannot know what its members will spend. */
const enoughMembers = 100;

/**
 * What a shopper has to fulfil to reach a tier and to keep it, each counted once: an amount, another amount that
 * keeps it, a rank, the least spend, each measure that a score mixes. The first tier asks for nothing.
 */
export function listConditions(tiers: Tiers, tier: Tier): string[] {
  if (tier.key === tiers.tiers[0]?.key) return [];
  if ('thresholdTwd' in tier)
    return ['thresholdTwd', ...(keepTwdOf(tier) === tier.thresholdTwd ? [] : ['keepTwd'])];
  if (tiers.mode === 'score')
    return Object.entries(tiers.weights).flatMap(([measure, weight]) => (weight > 0 ? [measure] : []));
  return ['sharePercent', ...(tiers.mode === 'percentile' && tiers.minSpendTwd > 1 ? ['minSpendTwd'] : [])];
}

/** Tiers that nobody can remember, wants, reaches or loses, and promises that are not kept. */
export function lintTiers(data: Tiers, around: Surroundings): Finding[] {
  return [
    ...(data.tiers.length > mostTiers
      ? [
          find('warning', 'too_many_tiers', 'tiers', (words) =>
            words.tooManyTiers(formatNumber(data.tiers.length), formatNumber(mostTiers)),
          ),
        ]
      : []),
    ...data.tiers.flatMap((tier, at) => [
      ...lintNames(data, tier, at),
      ...lintWay(data, tier, at, around),
      ...lintBenefits(data, tier, at, around),
    ]),
  ];
}

function lintNames(data: Tiers, tier: Tier, at: number): Finding[] {
  const before: Tier[] = data.tiers.slice(0, at);
  const path = `tiers.${at}`;
  const findings: Finding[] = [];
  if (before.some(({ key }) => key === tier.key))
    findings.push(find('error', 'same_key', `${path}.key`, (words) => words.sameKey(tier.key)));
  if (before.some(({ name }) => name['zh-TW'] === tier.name['zh-TW']))
    findings.push(
      find('warning', 'same_name', `${path}.name`, (words, locale) => words.sameName(tier.name[locale])),
    );
  return findings;
}

/** How it is reached and kept. That amounts, shares and scores rise and fit is seen to by their schema. */
function lintWay(data: Tiers, tier: Tier, at: number, around: Surroundings): Finding[] {
  if (at === 0) return [];
  const path = `tiers.${at}`;
  const findings: Finding[] = [];
  const conditions = listConditions(data, tier);
  if (conditions.length > mostConditions)
    findings.push(
      find('error', 'too_many_conditions', path, (words, locale) =>
        words.tooManyConditions(tier.name[locale], String(conditions.length), String(mostConditions)),
      ),
    );
  if (
    'thresholdTwd' in tier &&
    around.memberCount >= enoughMembers &&
    tier.thresholdTwd > around.mostSpentTwd
  )
    findings.push(
      find('warning', 'spend_out_of_reach', `${path}.thresholdTwd`, (words, locale) =>
        words.spendOutOfReach(
          tier.name[locale],
          formatMoney(locale, tier.thresholdTwd),
          formatMoney(locale, around.mostSpentTwd),
        ),
      ),
    );
  if ('minScore' in tier && tier.minScore >= 100)
    findings.push(
      find('warning', 'score_out_of_reach', `${path}.minScore`, (words, locale) =>
        words.scoreOutOfReach(tier.name[locale]),
      ),
    );
  if (data.mode === 'percentile') {
    const share = topPercentOf({ ...data, version: 0 }, tier.key);
    if (around.memberCount > 0 && placesWithin(around.memberCount, share) === 0)
      findings.push(
        find('warning', 'nobody_in_share', `${path}.sharePercent`, (words, locale) =>
          words.nobodyInShare(tier.name[locale], formatNumber(around.memberCount)),
        ),
      );
  }
  return findings;
}

function lintBenefits(data: Tiers, tier: Tier, at: number, around: Surroundings): Finding[] {
  const lower: Tier | undefined = data.tiers[at - 1];
  const path = `tiers.${at}`;
  const findings: Finding[] = [];
  if (lower && tier.earnPercent < lower.earnPercent)
    findings.push(
      find('error', 'earns_less', `${path}.earnPercent`, (words, locale) =>
        words.earnsLess(tier.name[locale], lower.name[locale]),
      ),
    );
  if (lower && !hasMore(tier, lower))
    findings.push(
      find('warning', 'no_own_benefit', `${path}.benefits`, (words, locale) =>
        words.noOwnBenefit(tier.name[locale], lower.name[locale]),
      ),
    );
  tier.benefits.forEach((benefit, nth) => {
    const place = `${path}.benefits.${nth}`;
    if (benefit.kind === 'coupon' && !around.couponKeys.has(benefit.couponKey))
      findings.push(
        find('error', 'unknown_coupon', `${place}.couponKey`, (words) =>
          words.unknownCoupon(benefit.couponKey),
        ),
      );
    if (benefit.kind === 'points_percent' && tier.earnPercent <= 100)
      findings.push(
        find('error', 'told_not_given', place, (words, locale) => words.toldNotGiven(tier.name[locale])),
      );
  });
  return findings;
}

/** Whether a tier gives anything that the lower one does not: more points, another benefit, or another sentence. */
function hasMore(tier: Tier, lower: Tier): boolean {
  if (tier.earnPercent > lower.earnPercent) return true;
  if (tier.benefits.length === 0) return tier.benefit['zh-TW'] !== lower.benefit['zh-TW'];
  const has = lower.benefits.map(nameBenefit);
  // That points come faster is not another thing than the percent that was compared already.
  return tier.benefits.some((each) => each.kind !== 'points_percent' && !has.includes(nameBenefit(each)));
}

const nameBenefit = (benefit: TierBenefit): string =>
  benefit.kind === 'coupon'
    ? `coupon ${benefit.couponKey} ${benefit.given}`
    : `${benefit.kind} ${benefit.name['zh-TW']}`;
