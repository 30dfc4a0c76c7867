import { formatCount, formatMoney, formatNumber } from '#foundation/i18n.ts';
import type { RulesOf } from '../section-rules.ts';
import type { RuleGroup, Telling } from './rule-text-rules.ts';

type Referrals = RulesOf<'referrals'>;

/** Who may invite, what both get, when, how often, and which titles there are. */
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
    ...(referrals.minFirstPurchaseTwd > 1
      ? [words.friendSpends(formatMoney(locale, referrals.minFirstPurchaseTwd))]
      : []),
    ...describeCaps(referrals, telling),
    ...describeTitles(referrals, telling),
    words.oneInviter(),
  ];
  return { groups: [{ heading: null, lines }], brief: [...gift, keeps] };
}

function describeCaps({ caps }: Referrals, { words }: Telling): string[] {
  const told = [
    [caps.perDay, words.capDay],
    [caps.perMonth, words.capThirtyDays],
    [caps.life, words.capLife],
  ] as const;
  return told.flatMap(([most, say]) => (most === null ? [] : [say(formatNumber(most))]));
}

function describeTitles({ milestones }: Referrals, { words, locale, things }: Telling): string[] {
  return milestones.map(({ friends, title, couponKey }) => {
    const gift = couponKey === null ? undefined : things.couponTitles.get(couponKey)?.[locale];
    const count = formatNumber(friends);
    return gift ? words.titleWithGift(count, title[locale], gift) : words.titleFor(count, title[locale]);
  });
}

/** A coupon that is not there is not promised. */
function describeGifts(referrals: Referrals, { words, locale, things }: Telling): string[] {
  const invitee = things.couponTitles.get(referrals.inviteeCouponKey)?.[locale];
  const inviter = things.couponTitles.get(referrals.inviterCouponKey)?.[locale];
  if (invitee && inviter) return [words.bothGet(invitee, inviter)];
  if (invitee) return [words.friendGets(invitee)];
  return inviter ? [words.inviterGets(inviter)] : [];
}
