import type { Db } from '#foundation/db.ts';
import type { ClaimableCoupon } from '../../coupons/claimable-reads.ts';
import { readDefinitionsByKey } from '../../coupons/definition-reads.ts';

/**
 * Those of these coupons that somebody can claim at `now` (business time), as their card shows them, by key: not
 * withdrawn, not over, not all taken. @param input.today the business day in the brand's zone
 */
export async function readShowableCoupons(
  db: Db,
  input: { keys: readonly string[]; now: Date; today: string },
): Promise<Map<string, ClaimableCoupon>> {
  if (input.keys.length === 0) return new Map();
  const found = await readDefinitionsByKey(db, input.keys);
  return new Map(
    found.flatMap((coupon) => {
      const { isClaimable, withdrawnAt, claimUntil, quota, claimedCount, offer } = coupon;
      const isOver =
        (claimUntil !== null && claimUntil <= input.now) ||
        (coupon.validUntil !== null && coupon.validUntil < input.today);
      const isTaken = quota !== null && claimedCount >= quota;
      if (!isClaimable || withdrawnAt !== null || isOver || isTaken) return [];
      const ends =
        coupon.validUntil === null ? { afterDays: coupon.validDays ?? 0 } : { on: coupon.validUntil };
      return [[offer.couponKey, { offer, nextSeq: 1, ends }] as const];
    }),
  );
}
