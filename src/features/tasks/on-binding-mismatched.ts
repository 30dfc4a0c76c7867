import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { openTask } from './open-task.ts';

/** A number that may have changed hands: the staff compares the new member with the earlier one. */
export async function onBindingMismatched(tx: Tx, fact: Fact<{ earlierMemberId: number }>): Promise<void> {
  if (fact.memberId === null) return;
  await openTask(tx, {
    kind: 'binding_mismatch',
    memberId: fact.memberId,
    data: { earlierMemberId: fact.data.earlierMemberId },
    dedupeKey: String(fact.id),
    now: fact.occurredAt,
    always: true,
  });
}
