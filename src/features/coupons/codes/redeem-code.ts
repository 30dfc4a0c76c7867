import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { type RedeemClaimOutcome, type RedeemingReceipt, redeemClaim } from '../redeem-claim.ts';
import { channelOf } from './code-rules.ts';
import type { FoundCode } from './find-code-reads.ts';

type Redeemed = Extract<RedeemClaimOutcome, { ok: true }>;
type OwnReason = 'unknown_claim' | 'already_redeemed' | 'void' | 'ended';
export type RedeemCodeOutcome =
  | Redeemed
  | Refused<Exclude<Extract<RedeemClaimOutcome, { ok: false }>['reason'], OwnReason> | 'code_refused'>;

/**
 * Uses the coupon that a code stands for (`findCode`), by which a counter's code is spent. Whoever came first while
 * this one waited has used it: that reads like any other code that is none.
 */
export async function redeemCode(
  tx: Tx,
  input: {
    found: FoundCode;
    receipt: RedeemingReceipt;
    spending: 'free' | 'held' | 'locked';
    now: Date;
    wireNow: Date;
    actor: Actor;
    source: string;
  },
): Promise<RedeemCodeOutcome> {
  const { found, receipt, wireNow, ...by } = input;
  if (receipt.channel !== channelOf(found.kind)) return refuse('other_channel');
  const redeemed = await redeemClaim(tx, {
    claimId: found.claimId,
    memberId: found.memberId,
    receipt,
    ...by,
  });
  if (!redeemed.ok) {
    const { reason } = redeemed;
    if (
      reason === 'unknown_claim' ||
      reason === 'already_redeemed' ||
      reason === 'void' ||
      reason === 'ended'
    )
      return refuse('code_refused');
    return refuse(reason);
  }
  if (redeemed.isNew) {
    await tx
      .updateTable('coupon_codes')
      .set({ spent_at: wireNow })
      .where('claim_id', '=', found.claimId)
      .where('kind', '=', 'counter')
      .where('spent_at', 'is', null)
      .execute();
  }
  return redeemed;
}
