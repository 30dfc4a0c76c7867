import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { creditPoints } from './ledger/credit-points.ts';
import { noticeEarnedPoints } from './notice-earned-points.ts';
import { countKept, findAvailable, findEnd, pointsPolicy } from './points-rules.ts';
import { type EarnedData, earnedKey } from './purchase-points-reads.ts';

/**
 * Gives the points of a purchase: the rate of the total less points paid, usable at once or after the channel's
 * return window. Purchases of the past (imports) never come here.
 * @param input.purchasedAt decides the rate, the window and the end
 * @returns `availableOn`: the first day on which they can be used; null when nothing was earned
 */
export async function settlePurchasePoints(
  tx: Tx,
  input: {
    purchaseId: number;
    memberId: number;
    storeId: number;
    storeName: string;
    channel: 'store' | 'online';
    purchasedAt: Date;
    totalTwd: number;
    pointsPaid: number;
    now: Date;
    actor: Actor;
  },
): Promise<{ earned: number; availableOn: string | null }> {
  const { purchaseId, memberId, storeId, totalTwd, pointsPaid } = input;
  const policy = await readPolicy(tx, pointsPolicy, input.purchasedAt);
  const { zone } = await readPolicy(tx, brandPolicy, input.now);
  const earned = countKept(policy, { totalTwd, returnedTwd: 0, pointsPaid, pointsBack: 0 });
  if (earned === 0) return { earned: 0, availableOn: null };
  const purchasedOn = dateInZone(input.purchasedAt, zone);
  const availableOn = findAvailable(policy, input.channel, purchasedOn);
  const isPending = availableOn > dateInZone(input.now, zone);
  const { twdPerPoint, pointValueTwd } = policy;
  const data: EarnedData = { twdPerPoint, pointValueTwd, earned, storeId, totalTwd };
  const { isNew } = await creditPoints(
    tx,
    {
      idemKey: earnedKey(purchaseId),
      content: { memberId, earned },
      reason: 'purchase',
      source: { kind: 'purchase', id: String(purchaseId) },
      memberId,
      actor: input.actor,
      occurredAt: input.now,
      data,
    },
    'issued',
    [
      {
        amount: earned,
        availableOn: isPending ? availableOn : null,
        endsOn: findEnd(policy.ends, purchasedOn),
        purchaseId,
      },
    ],
  );
  if (isNew)
    await noticeEarnedPoints(tx, { ...input, purchasedOn, availableOn: isPending ? availableOn : null });
  return { earned, availableOn };
}
