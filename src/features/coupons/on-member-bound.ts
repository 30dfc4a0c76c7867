import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { giveWelcomeGift } from './give-welcome-gift.ts';

/** Someone bound: the welcome gift, if they never had it. That a gift ran out must not stop a binding. */
export async function onMemberBound(tx: Tx, fact: Fact<{ isNew: boolean }>): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  await giveWelcomeGift(tx, {
    memberId: fact.memberId,
    now: fact.occurredAt,
    actor: { kind: 'system', id: 'welcome' },
    source: fact.source,
  });
}
