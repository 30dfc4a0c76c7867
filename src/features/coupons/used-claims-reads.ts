import type { Db } from '#foundation/db.ts';
import { type Offer, offerColumns, toOffer } from './coupon-reads.ts';

export type UsedClaim = { offer: Offer; storeId: number; usedOn: string; endsOn: string };

/** Coupons that a member has used on `since` ('YYYY-MM-DD') or later, latest first. */
export async function readUsedClaims(
  db: Db,
  input: { memberId: number; since: string; limit: number },
): Promise<UsedClaim[]> {
  const rows = await db
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .innerJoin('coupon_redemptions as use', (join) =>
      join.onRef('use.claim_id', '=', 'claim.id').on('use.undone_at', 'is', null),
    )
    .select([...offerColumns, 'use.store_id', 'use.receipt_on', 'claim.ends_on'])
    .where('claim.member_id', '=', input.memberId)
    .where('claim.state', '=', 'redeemed')
    .where('use.receipt_on', '>=', input.since)
    .orderBy('use.redeemed_at', 'desc')
    .limit(input.limit)
    .execute();
  return rows.map((row) => ({
    offer: toOffer(row),
    storeId: row.store_id,
    usedOn: row.receipt_on,
    endsOn: row.ends_on,
  }));
}

/** The code of the store in which a coupon was used, or null for an id that is none. */
export async function readRedemptionStoreCode(db: Db, redemptionId: number): Promise<string | null> {
  const row = await db
    .selectFrom('coupon_redemptions as use')
    .innerJoin('stores as store', 'store.id', 'use.store_id')
    .select('store.code')
    .where('use.id', '=', redemptionId)
    .executeTakeFirst();
  return row?.code ?? null;
}
