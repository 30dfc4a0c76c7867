import { type Locale, locales } from '#foundation/i18n.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type LintWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, LintWords> = { 'zh-TW': zhTW, en, ja };

/** What is wrong, as a name for machines. */
export const findingCodes = {
  too_many_conditions: 'tooManyConditions',
  no_own_benefit: 'noOwnBenefit',
  too_many_tiers: 'tooManyTiers',
  nobody_in_share: 'nobodyInShare',
  spend_out_of_reach: 'spendOutOfReach',
  earns_less: 'earnsLess',
  score_out_of_reach: 'scoreOutOfReach',
  told_not_given: 'toldNotGiven',
  same_key: 'sameKey',
  same_name: 'sameName',
  pays_back_all: 'paysBackAll',
  pays_back_much: 'paysBackMuch',
  ends_before_usable: 'endsBeforeUsable',
  day_in_past: 'dayInPast',
  unknown_store: 'unknownStore',
  cap_below_one: 'capBelowOne',
  unknown_coupon: 'unknownCoupon',
  milestone_beyond_cap: 'milestoneBeyondCap',
  cap_never_reached: 'capNeverReached',
} as const satisfies Record<string, keyof LintWords>;
export type FindingCode = keyof typeof findingCodes;

/** An `error` stands in the way of publishing, a `warning` does not. `path` is dotted, from the section's data on. */
export type Finding = {
  code: FindingCode;
  severity: 'error' | 'warning';
  path: string;
  words: Record<Locale, string>;
};

/** What rules stand among: what the linter may know beside the rules themselves. */
export type Surroundings = {
  /** The business day on which the rules would come into force, 'YYYY-MM-DD'. */
  effectiveOn: string;
  /** Keys of the coupons that can be given. */
  couponKeys: ReadonlySet<string>;
  storeCodes: ReadonlySet<string>;
  /** How many members a ranking would count now. */
  memberCount: number;
  /** Net spend of the member who has spent most so far, NT$. */
  mostSpentTwd: number;
};

/** A finding, with its words in every language. */
export function find(
  severity: Finding['severity'],
  code: FindingCode,
  path: string,
  say: (words: LintWords, locale: Locale) => string,
): Finding {
  const words = Object.fromEntries(locales.map((locale) => [locale, say(wordsOf[locale], locale)]));
  return { code, severity, path, words: words as Record<Locale, string> };
}
