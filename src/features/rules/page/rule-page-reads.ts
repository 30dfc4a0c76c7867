import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import type { Locale } from '#foundation/i18n.ts';
import { readPolicy } from '#foundation/policy.ts';
import { type PolicyVersion, readPolicySchedule } from '#foundation/policy-versions.ts';
import { readCouponTitles } from '../../coupons/coupon-reads.ts';
import { readStoreNamesByCode } from '../../stores/store-reads.ts';
import { type RuleSection, type SectionRules, sectionOf } from '../section-rules.ts';
import { describeRules, type RuleSchedule, type RuleVersion, toldSections } from './describe-rules.ts';
import { type RuleText, rulesWordsOf } from './rule-text-rules.ts';

/** The rules that are in force at `now`, and what comes, in the sentences that page and chat show. */
export async function readRuleTexts(db: Db, input: { now: Date; locale: Locale }): Promise<RuleText[]> {
  const { now, locale } = input;
  const { zone } = await readPolicy(db, brandPolicy, now);
  const schedules: RuleSchedule[] = [];
  for (const section of toldSections) {
    const { live, scheduled } = await readPolicySchedule(db, sectionOf(section), now);
    schedules.push({
      live: toRules(section, live),
      scheduled: scheduled.map((version) => toRules(section, version)),
    });
  }
  const things = {
    couponTitles: await readCouponTitles(db),
    storeNames: await readStoreNamesByCode(db),
  };
  const today = dateInZone(now, zone);
  return describeRules(schedules, { locale, words: rulesWordsOf[locale], today, zone, things });
}

/** What was published fits its section: a later schema reads what earlier ones wrote. */
function toRules(section: RuleSection, { version, effectiveFrom, data }: PolicyVersion): RuleVersion {
  const read = sectionOf(section).schema.safeParse(data);
  if (!read.success)
    throw new Fault('unreadable_policy', `Version ${version} of "${section}" does not fit its section`, {
      cause: read.error,
    });
  return { version, effectiveFrom, rules: { section, data: read.data } as SectionRules };
}
