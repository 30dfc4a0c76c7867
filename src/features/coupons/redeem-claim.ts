import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import {
  type Basket,
  type Channel,
  checkTerms,
  fillText,
  isSameReceipt,
  type TermsRefusal,
} from './coupon-rules.ts';
import { couponRedeemed } from './coupons-facts.ts';

/** The receipt in which a coupon is used: store, number and day name it; across midnight see `isSameReceipt`. */
export type RedeemingReceipt = {
  store: { id: number; code: string };
  channel: Channel;
  receiptNo: string;
  /** The receipt's business day 'YYYY-MM-DD'; the coupon's last day is judged by it. */
  receiptOn: string;
  /** The receipt's time; of a coupon redeemed by itself, that of the redemption (business time). */
  at: Date;
  /** Null when the coupon is redeemed by itself; the purchase may follow and is tied to it then. */
  purchaseId: number | null;
  basket: Basket;
};

export type RedeemClaimOutcome =
  | {
      ok: true;
      redemptionId: number;
      claimId: number;
      couponKey: string;
      title: Record<Locale, string>;
      /** false: it had been redeemed for this very receipt before */
      isNew: boolean;
    }
  | Refused<
      | 'unknown_claim'
      | 'spending_held'
      | 'spending_locked'
      | 'already_redeemed'
      | 'void'
      | 'ended'
      | TermsRefusal
    >;

/**
 * Uses a coupon of a member. Two tills that try at once: the claim's row lock lets one through. A claim that was
 * redeemed for this very receipt (`isSameReceipt`) is accepted again.
 * @param input.spending whether the member may spend at all (members' `checkSpending`)
 */
export async function redeemClaim(
  tx: Tx,
  input: {
    claimId: number;
    memberId: number;
    receipt: RedeemingReceipt;
    spending: 'free' | 'held' | 'locked';
    now: Date;
    actor: Actor;
    source: string;
  },
): Promise<RedeemClaimOutcome> {
  const { receipt } = input;
  const claim = await lockClaim(tx, input);
  if (!claim) return refuse('unknown_claim');
  const known = { ok: true as const, claimId: claim.id, couponKey: claim.key, title: fillText(claim.title) };
  if (claim.state === 'redeemed') {
    const redemptionId = await findUseIn(tx, claim.id, receipt);
    return redemptionId === null ? refuse('already_redeemed') : { ...known, redemptionId, isNew: false };
  }
  if (input.spending !== 'free')
    return refuse(input.spending === 'held' ? 'spending_held' : 'spending_locked');
  if (claim.state === 'void') return refuse('void');
  // A receipt of the last day that arrives after midnight is good, whatever the nightly job has marked.
  if (claim.ends_on < receipt.receiptOn) return refuse('ended');
  const unfit = checkTerms(
    {
      storeCodes: claim.store_codes,
      channels: claim.channels,
      categories: claim.categories,
      minSpendTwd: claim.min_spend_twd,
    },
    { storeCode: receipt.store.code, channel: receipt.channel, basket: receipt.basket },
  );
  if (unfit) return refuse(unfit);

  const redemption = await tx
    .insertInto('coupon_redemptions')
    .values({
      claim_id: claim.id,
      store_id: receipt.store.id,
      receipt_no: receipt.receiptNo,
      receipt_on: receipt.receiptOn,
      purchase_id: receipt.purchaseId,
      redeemed_at: input.now,
      actor_kind: input.actor.kind,
      actor_id: input.actor.id,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('coupon_claims')
    .set({
      state: 'redeemed',
      redeemed_at: input.now,
      redeemed_store_id: receipt.store.id,
      redeemed_receipt_no: receipt.receiptNo,
      redeemed_purchase_id: receipt.purchaseId,
      redeem_key: `${claim.id}:${redemption.id}`,
    })
    .where('id', '=', claim.id)
    .execute();
  await recordFact(tx, couponRedeemed, {
    memberId: input.memberId,
    occurredAt: input.now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(redemption.id),
    data: {
      claimId: claim.id,
      couponId: claim.coupon_id,
      couponKey: claim.key,
      redemptionId: redemption.id,
      storeId: receipt.store.id,
      purchaseId: receipt.purchaseId,
    },
  });
  return { ...known, redemptionId: redemption.id, isNew: true };
}

async function lockClaim(tx: Tx, of: { claimId: number; memberId: number }) {
  return tx
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select([
      'claim.id',
      'claim.coupon_id',
      'claim.state',
      'claim.ends_on',
      'coupon.key',
      'coupon.title',
      'coupon.store_codes',
      'coupon.channels',
      'coupon.categories',
      'coupon.min_spend_twd',
    ])
    .where('claim.id', '=', of.claimId)
    .where('claim.member_id', '=', of.memberId)
    .forUpdate('claim')
    .executeTakeFirst();
}

/** The living use of a claim if it was in this receipt; a use without a purchase is tied to the one that comes. */
async function findUseIn(tx: Tx, claimId: number, receipt: RedeemingReceipt): Promise<number | null> {
  const use = await tx
    .selectFrom('coupon_redemptions')
    .select(['id', 'purchase_id', 'store_id', 'receipt_no', 'receipt_on', 'redeemed_at'])
    .where('claim_id', '=', claimId)
    .where('undone_at', 'is', null)
    .executeTakeFirst();
  if (!use) return null;
  const used = {
    storeId: use.store_id,
    receiptNo: use.receipt_no,
    receiptOn: use.receipt_on,
    redeemedAt: use.redeemed_at,
    isTied: use.purchase_id !== null,
  };
  if (!isSameReceipt(used, { ...receipt, storeId: receipt.store.id })) return null;
  if (receipt.purchaseId === null || use.purchase_id === receipt.purchaseId) return use.id;
  if (use.purchase_id !== null) return null;
  await tx
    .updateTable('coupon_redemptions')
    .set({ purchase_id: receipt.purchaseId, receipt_on: receipt.receiptOn })
    .where('id', '=', use.id)
    .execute();
  await tx
    .updateTable('coupon_claims')
    .set({ redeemed_purchase_id: receipt.purchaseId })
    .where('id', '=', claimId)
    .execute();
  return use.id;
}
