import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { countKept } from './earning/earning-rules.ts';
import { lockMember } from './ledger/lock-accounts.ts';
import { takeBackPoints } from './ledger/take-back-points.ts';
import { countPaidBack } from './points-rules.ts';
import { readPurchasePoints, takenBackKey } from './purchase-points-reads.ts';
import { returnPaidPoints } from './return-paid-points.ts';

/**
 * Settles the points of a return: paid points come back in proportion, and of the earned ones only those stay that
 * the net that remains is worth, by the rate and the bonuses of the purchase's own day. Points of this purchase that have ended
 * are not taken a second time. What is taken back and no longer held becomes a debt.
 * @param input.returnedBeforeTwd what had come back before this return; `returnedTwd` includes it
 */
export async function settleReturnPoints(
  tx: Tx,
  input: {
    purchaseId: number;
    returnId: number;
    memberId: number;
    storeId: number;
    totalTwd: number;
    pointsPaid: number;
    returnedBeforeTwd: number;
    returnedTwd: number;
    isFull: boolean;
    now: Date;
    actor: Actor;
  },
): Promise<{ takenBack: number; paidBack: number }> {
  const { purchaseId, returnId, memberId, storeId, totalTwd, pointsPaid, returnedTwd, isFull, now, actor } =
    input;
  await lockMember(tx, memberId);
  const before = countPaidBack({ totalTwd, pointsPaid, returnedTwd: input.returnedBeforeTwd, isFull: false });
  const pointsBack = countPaidBack({ totalTwd, pointsPaid, returnedTwd, isFull });

  const known = await readPurchasePoints(tx, purchaseId);
  let takenBack = 0;
  if (known) {
    const kept = countKept(known.terms, { totalTwd, returnedTwd, pointsPaid, pointsBack });
    takenBack = Math.max(0, known.earned - known.takenBack - known.ended - kept);
  }
  const paidBack = pointsBack - before;
  // Before the taking back, so that no debt arises that this very return could settle.
  await returnPaidPoints(tx, {
    memberId,
    purchaseId,
    returnId,
    storeId,
    before,
    points: paidBack,
    now,
    actor,
  });
  if (takenBack > 0) {
    await takeBackPoints(
      tx,
      {
        idemKey: takenBackKey(returnId),
        content: { memberId, purchaseId, takenBack },
        reason: 'returned',
        source: { kind: 'purchase', id: String(purchaseId) },
        memberId,
        actor,
        occurredAt: now,
        data: { storeId, returnId, takenBack },
      },
      { points: takenBack, purchaseId },
    );
  }
  return { takenBack, paidBack };
}
