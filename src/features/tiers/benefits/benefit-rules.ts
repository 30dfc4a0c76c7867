import { z } from 'zod';

const name = z.object({ 'zh-TW': z.string().min(1), en: z.string().min(1), ja: z.string().min(1) });
const couponKey = z.string().min(1).max(60);

/**
 * One thing that a tier gives, with the name under which a member sees it. `points_percent` is the tier's
 * `earnPercent`, told; `coupon` gives a coupon by its key: once when the tier is reached, every month, or for
 * the birthday; the others are kept by people.
 */
export const tierBenefit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('points_percent'), name }),
  z.object({ kind: z.literal('coupon'), couponKey, given: z.enum(['rise', 'monthly', 'birthday']), name }),
  z.object({ kind: z.literal('early_access'), name }),
  z.object({ kind: z.literal('service'), name }),
  z.object({ kind: z.literal('text'), name }),
]);

export type TierBenefit = z.infer<typeof tierBenefit>;
export type CouponBenefit = Extract<TierBenefit, { kind: 'coupon' }>;

/** The coupons among a tier's benefits that are given at this occasion. */
export const couponBenefits = (
  benefits: readonly TierBenefit[],
  given: CouponBenefit['given'],
): CouponBenefit[] =>
  benefits.filter((each): each is CouponBenefit => each.kind === 'coupon' && each.given === given);
