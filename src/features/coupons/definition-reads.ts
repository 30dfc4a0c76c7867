import type { Db } from '#foundation/db.ts';
import { type Offer, offerColumns, toOffer } from './coupon-reads.ts';

/** A definition with its window, its end and how often it was claimed. */
export type DefinedCoupon = {
  offer: Offer;
  isClaimable: boolean;
  claimFrom: Date | null;
  claimUntil: Date | null;
  validDays: number | null;
  validUntil: string | null;
  quota: number | null;
  claimedCount: number;
  createdAt: Date;
  withdrawnAt: Date | null;
};

/** All definitions by id. @param input.after the id of the last one seen, or the one wanted less one */
export async function readDefinitions(
  db: Db,
  input: { after: number; limit: number },
): Promise<DefinedCoupon[]> {
  const rows = await definitions(db)
    .where('coupon.id', '>', input.after)
    .orderBy('coupon.id')
    .limit(input.limit)
    .execute();
  return rows.map(toDefined);
}

/** The definitions of these keys, in no order. */
export async function readDefinitionsByKey(db: Db, keys: readonly string[]): Promise<DefinedCoupon[]> {
  const rows = await definitions(db).where('coupon.key', 'in', keys).execute();
  return rows.map(toDefined);
}

const definitions = (db: Db) =>
  db
    .selectFrom('coupons as coupon')
    .select(offerColumns)
    .select([
      'is_claimable as isClaimable',
      'claim_from as claimFrom',
      'claim_until as claimUntil',
      'valid_days as validDays',
      'valid_until as validUntil',
      'quota',
      'claimed_count as claimedCount',
      'created_at as createdAt',
      'withdrawn_at as withdrawnAt',
    ]);

type DefinitionRow = Awaited<ReturnType<ReturnType<typeof definitions>['execute']>>[number];

const toDefined = (row: DefinitionRow): DefinedCoupon => ({
  offer: toOffer(row),
  isClaimable: row.isClaimable,
  claimFrom: row.claimFrom,
  claimUntil: row.claimUntil,
  validDays: row.validDays,
  validUntil: row.validUntil,
  quota: row.quota,
  claimedCount: row.claimedCount,
  createdAt: row.createdAt,
  withdrawnAt: row.withdrawnAt,
});
