import type { RulesOf } from '../section-rules.ts';
import { type Finding, find, type Surroundings } from './finding-rules.ts';

type Referrals = RulesOf<'referrals'>;

/** Gifts that do not exist. */
export function lintReferrals(data: Referrals, around: Surroundings): Finding[] {
  const gifts: [path: string, couponKey: string | null][] = [
    ['inviterCouponKey', data.inviterCouponKey],
    ['inviteeCouponKey', data.inviteeCouponKey],
    ...data.milestones.map(
      ({ couponKey }, at) => [`milestones.${at}.couponKey`, couponKey] as [string, typeof couponKey],
    ),
  ];
  return gifts.flatMap(([path, key]) =>
    key === null || around.couponKeys.has(key)
      ? []
      : [find('error', 'unknown_coupon', path, (words) => words.unknownCoupon(key))],
  );
}
