import { formatCount, formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import type { RuleGroup, Telling } from './rule-text-rules.ts';

type Referrals = RulesOf<'referrals'>;

/** Who may invite, what both get, when, and how often. */
export function describeReferrals(
  referrals: Referrals,
  telling: Telling,
): { groups: RuleGroup[]; brief: string[] } {
  const { words, locale } = telling;
  const gift = describeGifts(referrals, telling);
  const keeps = words.friendKeeps(formatNumber(referrals.keptDays));
  const lines = [
    ...(referrals.minKeptPurchases > 0
      ? [words.needsPurchases(formatCount(locale, referrals.minKeptPurchases, 'purchase'))]
      : []),
    ...gift,
    words.friendBinds(formatNumber(referrals.bindWithinDays)),
    keeps,
    words.capThirtyDays(formatNumber(referrals.maxRewardsPerThirtyDays)),
    words.oneInviter(),
  ];
  return { groups: [{ heading: null, lines }], brief: [...gift, keeps] };
}

/** A coupon that is not there is not promised. */
function describeGifts(referrals: Referrals, { words, locale, things }: Telling): string[] {
  const invitee = things.couponTitles.get(referrals.inviteeCouponKey)?.[locale];
  const inviter = things.couponTitles.get(referrals.inviterCouponKey)?.[locale];
  if (invitee && inviter) return [words.bothGet(invitee, inviter)];
  if (invitee) return [words.friendGets(invitee)];
  return inviter ? [words.inviterGets(inviter)] : [];
}
