import { type FoundCode, findCode } from '#features/coupons/codes/find-code-reads.ts';
import type { RedeemCodeOutcome } from '#features/coupons/codes/redeem-code.ts';
import type { RedeemingReceipt } from '#features/coupons/redeem-claim.ts';
import { wireClock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import type { Receipt } from './purchase-rules.ts';

/** `index`: which of the codes. */
export type CouponCodeRefusal = Refused<
  'code_refused',
  { index: number; why: Extract<RedeemCodeOutcome, { ok: false }>['reason'] | 'named_twice' }
>;

/** The coupons of this member that a receipt names by their codes; one that it names by its claim too is refused. */
export async function findShownCoupons(
  tx: Tx,
  secrets: Secrets,
  receipt: Receipt,
  of: { memberId: number; receipt: RedeemingReceipt },
): Promise<{ ok: true; shown: { found: FoundCode; index: number }[] } | CouponCodeRefusal> {
  const shown: { found: FoundCode; index: number }[] = [];
  for (const [index, typed] of (receipt.couponCodes ?? []).entries()) {
    const found = await findCode(tx, secrets, {
      typed,
      memberId: of.memberId,
      receipt: { ...of.receipt, storeId: of.receipt.store.id },
      on: of.receipt.receiptOn,
      wireNow: wireClock.now(),
    });
    if (!found) return refuse('code_refused', { index, why: 'code_refused' });
    const isTwice =
      receipt.claimIds.includes(found.claimId) ||
      shown.some((other) => other.found.claimId === found.claimId);
    if (isTwice) return refuse('code_refused', { index, why: 'named_twice' });
    shown.push({ found, index });
  }
  return { ok: true, shown };
}
