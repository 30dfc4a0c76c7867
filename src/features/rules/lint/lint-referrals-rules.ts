import type { RulesOf } from '../section-rules.ts';
import { type Finding, find, type Surroundings } from './finding-rules.ts';

type Referrals = RulesOf<'referrals'>;

/** Gifts that do not exist. */
export function lintReferrals(data: Referrals, around: Surroundings): Finding[] {
  return (['inviterCouponKey', 'inviteeCouponKey'] as const)
    .filter((path) => !around.couponKeys.has(data[path]))
    .map((path) => find('error', 'unknown_coupon', path, (words) => words.unknownCoupon(data[path])));
}
