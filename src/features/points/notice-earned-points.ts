import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { pointsEarnedKind } from './points-earned-messages.ts';

/**
 * Tells a bound member of earned points, along the route that policy gives to this kind.
 * @param input.lineUserId null = not bound: nobody is told
 */
export async function noticeEarnedPoints(
  tx: Tx,
  input: {
    purchaseId: number;
    memberId: number;
    lineUserId: string | null;
    storeName: string;
    totalTwd: number;
    purchasedOn: string;
    availableOn: string | null;
    now: Date;
  },
): Promise<void> {
  const { lineUserId } = input;
  if (lineUserId === null) return;
  const { notices } = await readPolicy(tx, reachPolicy, input.now);
  await enqueueNotice(tx, pointsEarnedKind, notices[pointsEarnedKind.key] ?? 'never', {
    dedupeKey: `points_earned:${input.purchaseId}`,
    dueAt: input.now,
    lineUserId,
    memberId: input.memberId,
    sourceRef: `purchase:${input.purchaseId}`,
    data: {
      purchaseId: input.purchaseId,
      storeName: input.storeName,
      totalTwd: input.totalTwd,
      purchasedOn: input.purchasedOn,
      availableOn: input.availableOn,
    },
  });
}
