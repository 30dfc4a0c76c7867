import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { returnClaimPoints } from '../../points/exchange/return-claim-points.ts';
import { couponVoided } from '../coupons-facts.ts';

export type VoidClaimOutcome =
  | { ok: true; memberId: number; pointsBack: number }
  | Refused<'unknown_claim' | 'already_void' | 'redeemed'>;

/**
 * Takes a coupon out of a member's hand, used up for ever; points that it had cost come back with their old ends.
 * What was used has to be undone first.
 * @param input.reason what people wrote, without phones and addresses
 */
export async function voidClaim(
  tx: Tx,
  input: { claimId: number; reason: string; now: Date; actor: Actor; source: string },
): Promise<VoidClaimOutcome> {
  const { claimId, reason, now, actor } = input;
  const claim = await tx
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['claim.state', 'claim.member_id', 'claim.coupon_id', 'claim.ends_on', 'coupon.key'])
    .where('claim.id', '=', claimId)
    .forUpdate('claim')
    .executeTakeFirst();
  if (!claim) return refuse('unknown_claim');
  if (claim.state === 'void') return refuse('already_void');
  if (claim.state === 'redeemed') return refuse('redeemed');
  await tx
    .updateTable('coupon_claims')
    .set({ state: 'void', voided_at: now, void_reason: reason })
    .where('id', '=', claimId)
    .execute();
  const memberId = claim.member_id;
  const pointsBack = await returnClaimPoints(tx, { memberId, claimId, now, actor });
  await recordAudit(tx, {
    at: now,
    actor,
    action: 'coupon.claim_voided',
    subjectKind: 'coupon_claim',
    subjectId: String(claimId),
    memberId,
    before: { state: claim.state, endsOn: claim.ends_on },
    after: { state: 'void', reason, pointsBack },
  });
  await recordFact(tx, couponVoided, {
    memberId,
    occurredAt: now,
    actor,
    source: input.source,
    dedupeKey: String(claimId),
    data: { claimId, couponId: claim.coupon_id, couponKey: claim.key, pointsBack },
  });
  return { ok: true, memberId, pointsBack };
}
