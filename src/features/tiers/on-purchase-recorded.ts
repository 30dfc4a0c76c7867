import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { raiseTier } from './raise-tier.ts';

/** Up at once, on the purchase. Purchases of the past set tiers in sets, not here. */
export async function onPurchaseRecorded(tx: Tx, fact: Fact<{ purchaseId: number }>): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  await raiseTier(tx, {
    memberId: fact.memberId,
    purchaseId: fact.data.purchaseId,
    now: fact.occurredAt,
    actor: fact.actor,
    source: fact.source,
  });
}
