import { type Db, sql } from '#foundation/db.ts';
import { readAudienceKeysOf } from '../audiences/audience-reads.ts';
import { type Offer, offerColumns, toOffer } from './coupon-reads.ts';
import { endOfClaim } from './coupon-rules.ts';
import { claimsBeforeOf, isLimitReached } from './take-claim.ts';

/** A coupon that can be claimed now. */
export type ClaimableCoupon = {
  offer: Offer;
  /** The how-manyth claim of this member it would be. */
  nextSeq: number;
  /** A fixed last day, or the days from the claim on. */
  ends: { on: string } | { afterDays: number };
};

/**
 * What this person can claim now, soonest end first.
 * @param input.member null for someone not bound: what is open to everybody
 * @param input.today the business day in the brand's zone
 */
export async function readClaimableCoupons(
  db: Db,
  input: { member: { memberId: number; tierKey: string } | null; now: Date; today: string },
): Promise<ClaimableCoupon[]> {
  const { member, now, today } = input;
  const audienceKeys = member ? await readAudienceKeysOf(db, member.memberId) : [];
  const rows = await db
    .selectFrom('coupons as coupon')
    .select([...offerColumns, 'coupon.valid_days', 'coupon.valid_until'])
    .select(claimsBeforeOf({ couponId: sql.ref('coupon.id'), memberId: member?.memberId ?? 0 }).as('before'))
    .where('coupon.is_claimable', '=', true)
    .where('coupon.withdrawn_at', 'is', null)
    .where((eb) => eb.or([eb('claim_from', 'is', null), eb('claim_from', '<=', now)]))
    .where((eb) => eb.or([eb('claim_until', 'is', null), eb('claim_until', '>', now)]))
    .where((eb) => eb.or([eb('quota', 'is', null), eb('claimed_count', '<', eb.ref('quota'))]))
    .where(
      member
        ? sql<boolean>`(tier_keys is null or ${member.tierKey} = any (tier_keys))`
        : sql<boolean>`tier_keys is null`,
    )
    .where(
      member
        ? sql<boolean>`(audience_keys is null or audience_keys && ${audienceKeys}::text[])`
        : sql<boolean>`audience_keys is null`,
    )
    .execute();
  return rows
    .flatMap((row) => {
      const endsOn = endOfClaim({ validDays: row.valid_days, validUntil: row.valid_until }, today);
      const { before } = row;
      if (endsOn === null || isLimitReached(before, row.per_member)) return [];
      const ends = row.valid_until === null ? { afterDays: row.valid_days ?? 0 } : { on: row.valid_until };
      return [{ endsOn, coupon: { offer: toOffer(row), nextSeq: before.lastSeq + 1, ends } }];
    })
    .sort((a, b) =>
      a.endsOn === b.endsOn
        ? a.coupon.offer.couponId - b.coupon.offer.couponId
        : a.endsOn < b.endsOn
          ? -1
          : 1,
    )
    .map(({ coupon }) => coupon);
}
