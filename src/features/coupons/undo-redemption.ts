import { type Actor, recordAudit } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { endAfterUndoing, sameReceiptHours } from './coupon-rules.ts';
import { couponRedemptionUndone } from './coupons-facts.ts';

/**
 * Which uses: one by its id, or all of a purchase. A purchase is named by its receipt too, because a coupon may
 * have been redeemed by itself for that receipt; by the buyer across midnight, as `isSameReceipt` has it.
 */
export type UndoneUses =
  | { redemptionId: number }
  | {
      purchaseId: number;
      memberId: number | null;
      storeId: number;
      receiptNo: string;
      receiptOn: string;
      /** When it was bought. */
      at: Date;
    };

export type UndoRedemptionOutcome =
  | { ok: true; undone: { redemptionId: number; claimId: number; memberId: number; endsOn: string }[] }
  | Refused<'unknown_redemption' | 'already_undone'>;

/**
 * Puts used coupons back into the member's hand with their old end; those of a purchase that came back with a week
 * from today, where that end has passed.
 * A purchase without living uses undoes nothing, which is no refusal.
 * @param input.today the business day in the brand's zone
 * @param input.reason ids and words of ours only, such as 'returned' or 'voided'
 */
export async function undoRedemption(
  tx: Tx,
  input: { of: UndoneUses; reason: string; now: Date; today: string; actor: Actor; source: string },
): Promise<UndoRedemptionOutcome> {
  const uses = await lockUses(tx, input.of);
  if ('redemptionId' in input.of) {
    if (uses.length === 0) return refuse('unknown_redemption');
    if (uses[0]?.undone_at) return refuse('already_undone');
  }
  const undone = [];
  for (const use of uses) {
    // Undoing one use sets right a mistake, exactly; goods that came back are no reason to lose a coupon.
    const endsOn = 'redemptionId' in input.of ? use.ends_on : endAfterUndoing(use.ends_on, input.today);
    await tx
      .updateTable('coupon_redemptions')
      .set({ undone_at: input.now, undone_reason: input.reason })
      .where('id', '=', use.id)
      .execute();
    await tx
      .updateTable('coupon_claims')
      .set({
        state: 'held',
        ends_on: endsOn,
        redeemed_at: null,
        redeemed_store_id: null,
        redeemed_receipt_no: null,
        redeemed_purchase_id: null,
        redeem_key: null,
      })
      .where('id', '=', use.claim_id)
      .execute();
    await recordAudit(tx, {
      at: input.now,
      actor: input.actor,
      action: 'coupon.redemption_undone',
      subjectKind: 'coupon_redemption',
      subjectId: String(use.id),
      memberId: use.member_id,
      before: { claimId: use.claim_id, state: 'redeemed', endsOn: use.ends_on },
      after: { claimId: use.claim_id, state: 'held', endsOn, reason: input.reason },
    });
    await recordFact(tx, couponRedemptionUndone, {
      memberId: use.member_id,
      occurredAt: input.now,
      actor: input.actor,
      source: input.source,
      dedupeKey: String(use.id),
      data: {
        claimId: use.claim_id,
        couponId: use.coupon_id,
        couponKey: use.key,
        redemptionId: use.id,
        purchaseId: use.purchase_id,
        reason: input.reason,
        endsOn,
      },
    });
    undone.push({ redemptionId: use.id, claimId: use.claim_id, memberId: use.member_id, endsOn });
  }
  return { ok: true, undone };
}

const sameReceiptMs = sameReceiptHours * 3_600_000;

/** Claims are locked in the order of their ids, as a purchase locks them. */
async function lockUses(tx: Tx, of: UndoneUses) {
  const query = tx
    .selectFrom('coupon_redemptions as use')
    .innerJoin('coupon_claims as claim', 'claim.id', 'use.claim_id')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select([
      'use.id',
      'use.claim_id',
      'use.purchase_id',
      'use.undone_at',
      'claim.member_id',
      'claim.coupon_id',
      'claim.ends_on',
      'coupon.key',
    ])
    .forUpdate(['use', 'claim'])
    .orderBy('claim.id');
  if ('redemptionId' in of) return query.where('use.id', '=', of.redemptionId).execute();
  return query
    .where('use.undone_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('use.purchase_id', '=', of.purchaseId),
        eb.and([
          eb('use.purchase_id', 'is', null),
          eb('use.store_id', '=', of.storeId),
          eb('use.receipt_no', '=', of.receiptNo),
          eb.or([
            eb('use.receipt_on', '=', of.receiptOn),
            eb.and([
              eb('claim.member_id', '=', of.memberId),
              eb('use.redeemed_at', '>=', addMs(of.at, -sameReceiptMs)),
              eb('use.redeemed_at', '<=', addMs(of.at, sameReceiptMs)),
            ]),
          ]),
        ]),
      ]),
    )
    .execute();
}
