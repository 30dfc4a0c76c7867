import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { openTask } from './open-task.ts';

/** Someone says that a card was moved behind their back: the staff speaks with them. */
export async function onSpendingLocked(tx: Tx, fact: Fact): Promise<void> {
  if (fact.memberId === null) return;
  await openTask(tx, {
    kind: 'spending_locked',
    memberId: fact.memberId,
    dedupeKey: String(fact.id),
    now: fact.occurredAt,
    always: true,
  });
}
