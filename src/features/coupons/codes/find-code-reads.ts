import '../tables.ts';
import type { Db } from '#foundation/db.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { type Offer, offerColumns, toOffer } from '../coupon-reads.ts';
import { isSameReceipt } from '../coupon-rules.ts';
import { type CodeKind, hashCode, readCode } from './code-rules.ts';

/** What a right code stands for. */
export type FoundCode = {
  claimId: number;
  memberId: number;
  kind: CodeKind;
  endsOn: string;
  offer: Offer;
};

/** The receipt that a code is shown for; null where it is only looked at. */
export type CodeReceipt = { storeId: number; receiptNo: string; receiptOn: string; at: Date } | null;

/**
 * What a code is good for, or null: it was never made, or is over, replaced or spent, or its coupon was used, ended
 * or made void, or belongs to another member than the one named. All of these take one and the same statement, so
 * that neither the answer nor its time tells them apart. Only the receipt that it was used for knows it still.
 * @param input.on the business day by which the coupon's last day is judged
 */
export async function findCode(
  db: Db,
  secrets: Secrets,
  input: { typed: string; memberId: number | null; receipt: CodeReceipt; on: string; wireNow: Date },
): Promise<FoundCode | null> {
  const row = await db
    .selectFrom('coupon_codes as code')
    .innerJoin('coupon_claims as claim', 'claim.id', 'code.claim_id')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .leftJoin('coupon_redemptions as use', (join) =>
      join.onRef('use.claim_id', '=', 'claim.id').on('use.undone_at', 'is', null),
    )
    .select([
      'code.kind',
      'code.expires_at',
      'code.spent_at',
      'claim.id as claim_id',
      'claim.member_id',
      'claim.state',
      'claim.ends_on',
      'use.store_id',
      'use.receipt_no',
      'use.receipt_on',
      'use.redeemed_at',
      'use.purchase_id',
      ...offerColumns,
    ])
    .where('code.code_hmac', '=', hashCode(secrets, readCode(input.typed)))
    .executeTakeFirst();
  if (!row) return null;
  if (input.memberId !== null && row.member_id !== input.memberId) return null;
  const isUsedHere =
    row.state === 'redeemed' &&
    input.receipt !== null &&
    row.store_id !== null &&
    row.receipt_no !== null &&
    row.receipt_on !== null &&
    row.redeemed_at !== null &&
    isSameReceipt(
      {
        storeId: row.store_id,
        receiptNo: row.receipt_no,
        receiptOn: row.receipt_on,
        redeemedAt: row.redeemed_at,
        isTied: row.purchase_id !== null,
      },
      input.receipt,
    );
  if (!isUsedHere) {
    // The nightly job may have marked a coupon whose receipt is of its last day.
    if (row.state !== 'held' && row.state !== 'ended') return null;
    if (row.ends_on < input.on || row.spent_at !== null) return null;
    if (row.expires_at !== null && row.expires_at <= input.wireNow) return null;
  }
  return {
    claimId: row.claim_id,
    memberId: row.member_id,
    kind: row.kind,
    endsOn: row.ends_on,
    offer: toOffer(row),
  };
}
