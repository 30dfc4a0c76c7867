import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

const claim = { claimId: z.int(), couponId: z.int(), couponKey: z.string() };
const day = z.iso.date();

/** A member took a coupon in the chat. */
export const couponClaimed = declareFact(
  'coupon.claimed',
  1,
  z.object({ ...claim, seq: z.int(), endsOn: day }),
);

/** A rule or a flow gave a coupon. */
export const couponIssued = declareFact(
  'coupon.issued',
  1,
  z.object({ ...claim, seq: z.int(), endsOn: day, issueKey: z.string() }),
);

export const couponRedeemed = declareFact(
  'coupon.redeemed',
  1,
  z.object({ ...claim, redemptionId: z.int(), storeId: z.int(), purchaseId: z.int().nullable() }),
);

/** The shop took a coupon out of the member's hand; `pointsBack` is what it had cost. */
export const couponVoided = declareFact('coupon.voided', 1, z.object({ ...claim, pointsBack: z.int() }));

/** A use was taken back; the coupon is in the member's hand again until `endsOn`. */
export const couponRedemptionUndone = declareFact(
  'coupon.redemption_undone',
  1,
  z.object({
    ...claim,
    redemptionId: z.int(),
    purchaseId: z.int().nullable(),
    reason: z.string(),
    endsOn: day,
  }),
);
