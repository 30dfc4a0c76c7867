import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import type { Refused } from '#foundation/outcome.ts';
import { spendPoints } from './ledger/spend-points.ts';

/** The key under which a purchase's points are paid. */
export const paidKey = (purchaseId: number): string => `purchase:${purchaseId}:paid`;

/**
 * Pays for a purchase with points, first-ending first, once per purchase.
 * @param input.points a positive whole number
 * @param input.today the business day in the brand's zone: points whose last day has passed cannot pay
 * @throws Fault 'points_key_reused' when this purchase was paid with another number of points
 */
export function payWithPoints(
  tx: Tx,
  input: {
    memberId: number;
    purchaseId: number;
    storeId: number;
    points: number;
    today: string;
    now: Date;
    actor: Actor;
  },
): Promise<{ ok: true; transactionId: number } | Refused<'too_few_points', { held: number }>> {
  const { memberId, purchaseId, points, today } = input;
  return spendPoints(
    tx,
    {
      idemKey: paidKey(purchaseId),
      content: { memberId, points },
      reason: 'paid',
      source: { kind: 'purchase', id: String(purchaseId) },
      memberId,
      actor: input.actor,
      occurredAt: input.now,
      data: { storeId: input.storeId },
    },
    { points, today },
  );
}
