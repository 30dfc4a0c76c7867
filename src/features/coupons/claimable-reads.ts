import { type Db, together } from '#foundation/db.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import { readAudienceKeysOf } from '../audiences/audience-reads.ts';
import { type Offer, offerColumns, toOffer } from './coupon-reads.ts';
import { endOfClaim } from './coupon-rules.ts';
import { isLimitReached, nothingBefore, readClaimsBefore } from './take-claim.ts';

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
  const [open, audienceKeys] = await together(
    readOpenCoupons(db, now),
    member === null ? ([] as string[]) : readAudienceKeysOf(db, member.memberId),
  );
  const offered = open.filter(
    ({ tier_keys: tiers, audience_keys: audiences }) =>
      (tiers === null || (member !== null && tiers.includes(member.tierKey))) &&
      (audiences === null || audiences.some((key) => audienceKeys.includes(key))),
  );
  const before = await together(
    ...offered.map(({ id }) =>
      member ? readClaimsBefore(db, { couponId: id, memberId: member.memberId }) : nothingBefore,
    ),
  );
  return offered
    .flatMap((row, nth) => {
      const endsOn = endOfClaim({ validDays: row.valid_days, validUntil: row.valid_until }, today);
      const had = before[nth] ?? nothingBefore;
      if (endsOn === null || isLimitReached(had, row.per_member)) return [];
      const ends = row.valid_until === null ? { afterDays: row.valid_days ?? 0 } : { on: row.valid_until };
      return [{ endsOn, coupon: { offer: toOffer(row), nextSeq: had.lastSeq + 1, ends } }];
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

/** What anybody may still claim at a moment, whomever it is for. */
const readOpenCoupons = gatherReads(async (db, moments: readonly Date[]) => {
  const open = new Map<number, ReturnType<typeof selectOpen>>();
  for (const now of moments) if (!open.has(now.getTime())) open.set(now.getTime(), selectOpen(db, now));
  return together(...moments.map((now) => open.get(now.getTime()) ?? []));
});

const selectOpen = (db: Db, now: Date) =>
  db
    .selectFrom('coupons as coupon')
    .select([...offerColumns, 'coupon.valid_days', 'coupon.valid_until'])
    .where('coupon.is_claimable', '=', true)
    .where('coupon.withdrawn_at', 'is', null)
    .where((eb) => eb.or([eb('claim_from', 'is', null), eb('claim_from', '<=', now)]))
    .where((eb) => eb.or([eb('claim_until', 'is', null), eb('claim_until', '>', now)]))
    .where((eb) => eb.or([eb('quota', 'is', null), eb('claimed_count', '<', eb.ref('quota'))]))
    .execute();
