import type { Db } from '#foundation/db.ts';
import { gatherReads, sortOut } from '#foundation/gather-reads.ts';
import { anyId } from '#foundation/lists.ts';
import { type Offer, offerColumns, toOffer } from './coupon-reads.ts';

export type UsedClaim = { offer: Offer; storeId: number; usedOn: string; endsOn: string };

/** Coupons that a member has used on `since` ('YYYY-MM-DD') or later, latest first. */
export const readUsedClaims: (
  db: Db,
  input: { memberId: number; since: string; limit: number },
) => Promise<UsedClaim[]> = gatherReads(
  async (db, asked: readonly { memberId: number; since: string; limit: number }[]) => {
    const [earliest = ''] = asked.map(({ since }) => since).sort();
    const rows = await db
      .selectFrom('coupon_claims as claim')
      .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
      .innerJoin('coupon_redemptions as use', (join) =>
        join.onRef('use.claim_id', '=', 'claim.id').on('use.undone_at', 'is', null),
      )
      .select([...offerColumns, 'use.store_id', 'use.receipt_on', 'claim.ends_on', 'claim.member_id'])
      .where('claim.member_id', '=', anyId(asked.map(({ memberId }) => memberId)))
      .where('claim.state', '=', 'redeemed')
      .where('use.receipt_on', '>=', earliest)
      .orderBy('use.redeemed_at', 'desc')
      .execute();
    const own = sortOut(
      asked.map(({ memberId }) => memberId),
      rows,
      (row) => row.member_id,
    );
    return asked.map(({ since, limit }, nth) =>
      (own[nth] ?? [])
        .filter((row) => row.receipt_on >= since)
        .slice(0, limit)
        .map((row) => ({
          offer: toOffer(row),
          storeId: row.store_id,
          usedOn: row.receipt_on,
          endsOn: row.ends_on,
        })),
    );
  },
);

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
