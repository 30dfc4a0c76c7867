import type { Db } from '#foundation/db.ts';
import { gatherReads, sortOut } from '#foundation/gather-reads.ts';
import type { Locale } from '#foundation/i18n.ts';
import { anyId } from '#foundation/lists.ts';
import { type Offer, type OfferRow, offerColumns, toOffer } from './coupon-reads.ts';
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
export function readHeldClaims(db: Db, memberId: number, today: string): Promise<HeldClaim[]> {
  return readHeld(db, { memberId, today });
}

const readHeld = gatherReads(async (db, asked: readonly { memberId: number; today: string }[]) => {
  const [earliest = ''] = asked.map(({ today }) => today).sort();
  const rows = await db
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['claim.id as claim_id', 'claim.member_id', 'claim.ends_on', ...offerColumns])
    .where('claim.member_id', '=', anyId(asked.map(({ memberId }) => memberId)))
    .where('claim.state', '=', 'held')
    .where('claim.ends_on', '>=', earliest)
    .orderBy('claim.ends_on')
    .orderBy('claim.id')
    .execute();
  const own = sortOut(
    asked.map(({ memberId }) => memberId),
    rows,
    (row) => row.member_id,
  );
  return asked.map(({ today }, nth) => (own[nth] ?? []).filter((row) => row.ends_on >= today).map(toHeld));
});

function toHeld(row: OfferRow & { claim_id: number; ends_on: string }): HeldClaim {
  return {
    claimId: row.claim_id,
    couponKey: row.key,
    title: fillText(row.title),
    endsOn: row.ends_on,
    offer: toOffer(row),
  };
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
