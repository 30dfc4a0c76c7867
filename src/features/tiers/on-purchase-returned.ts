import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { withdrawRise } from './withdraw-rise.ts';

/** A rise that would not have come without what was returned goes with it. */
export async function onPurchaseReturned(tx: Tx, fact: Fact): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  await withdrawRise(tx, {
    memberId: fact.memberId,
    now: fact.occurredAt,
    actor: fact.actor,
    source: fact.source,
  });
}
