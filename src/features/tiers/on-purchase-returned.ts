import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { withdrawRise } from './settle-tier.ts';

/** A rise that only this purchase carried goes with it. */
export async function onPurchaseReturned(tx: Tx, fact: Fact<{ purchaseId: number }>): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  await withdrawRise(tx, {
    memberId: fact.memberId,
    purchaseId: fact.data.purchaseId,
    now: fact.occurredAt,
    actor: fact.actor,
    source: fact.source,
  });
}
