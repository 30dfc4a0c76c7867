import type { Db } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Offer, offerColumns, toOffer } from './coupon-reads.ts';
import { fillText } from './coupon-rules.ts';

/** A coupon in a member's hand that can still be used. */
export type HeldClaim = {
  claimId: number;
  couponKey: string;
  title: Record<Locale, string>;
  /** The last day on which it can be used, 'YYYY-MM-DD'. */
  endsOn: string;
  offer: Offer;
};

/** What a member can use today, soonest end first. @param today the business day in the brand's zone */
export async function readHeldClaims(db: Db, memberId: number, today: string): Promise<HeldClaim[]> {
  const rows = await db
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['claim.id as claim_id', 'claim.ends_on', ...offerColumns])
    .where('claim.member_id', '=', memberId)
    .where('claim.state', '=', 'held')
    .where('claim.ends_on', '>=', today)
    .orderBy('claim.ends_on')
    .orderBy('claim.id')
    .execute();
  return rows.map((row) => ({
    claimId: row.claim_id,
    couponKey: row.key,
    title: fillText(row.title),
    endsOn: row.ends_on,
    offer: toOffer(row),
  }));
}

/** One claim, in whatever state; null when there is none. */
export async function readClaim(
  db: Db,
  claimId: number,
): Promise<{
  title: Record<Locale, string>;
  state: 'held' | 'redeemed' | 'ended' | 'void';
  endsOn: string;
} | null> {
  const claim = await db
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['coupon.title', 'claim.state', 'claim.ends_on'])
    .where('claim.id', '=', claimId)
    .executeTakeFirst();
  return claim ? { title: fillText(claim.title), state: claim.state, endsOn: claim.ends_on } : null;
}
