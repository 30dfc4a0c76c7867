import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import type { Refused } from '#foundation/outcome.ts';
import { spendPoints } from '../ledger/spend-points.ts';

/** The key under which points are exchanged for a coupon. */
export const exchangeKey = (claimId: number): string => `claim:${claimId}:exchanged`;

/**
 * Exchanges points for a coupon, first-ending first, once per claim.
 * @param input.points a positive whole number
 * @param input.today the business day in the brand's zone: points whose last day has passed cannot pay
 * @throws Fault 'points_key_reused' when this claim was paid with another number of points
 */
export function payForClaim(
  tx: Tx,
  input: { memberId: number; claimId: number; points: number; today: string; now: Date; actor: Actor },
): Promise<{ ok: true; transactionId: number } | Refused<'too_few_points', { held: number }>> {
  const { memberId, claimId, points, today } = input;
  return spendPoints(
    tx,
    {
      idemKey: exchangeKey(claimId),
      content: { memberId, points },
      reason: 'exchanged',
      source: { kind: 'claim', id: String(claimId) },
      memberId,
      actor: input.actor,
      occurredAt: input.now,
    },
    { points, today },
  );
}
