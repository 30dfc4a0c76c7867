import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { readLineUserOf } from '../members/person-reads.ts';
import { linkDueMenu } from './link-due-menu.ts';
import { tierRisenKind, tierWithdrawnKind } from './tier-notices-messages.ts';

/** The person is told of a rise or a withdrawal along the route that policy gives, and gets the menu that is due. */
export async function onTierChanged(
  tx: Tx,
  fact: Fact<{ to: string; reason: 'risen' | 'withdrawn' | 'fallen' }>,
): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  const lineUserId = await readLineUserOf(tx, fact.memberId);
  if (lineUserId === null) return;
  await linkDueMenu(tx, {
    memberId: fact.memberId,
    lineUserId,
    now: fact.occurredAt,
    cause: `tier:${fact.id}`,
  });
  if (fact.data.reason === 'fallen') return;
  const kind = fact.data.reason === 'risen' ? tierRisenKind : tierWithdrawnKind;
  const reach = await readPolicy(tx, reachPolicy, fact.occurredAt);
  await enqueueNotice(tx, kind, reach.notices[kind.key] ?? 'next_reply', {
    lineUserId,
    memberId: fact.memberId,
    dedupeKey: `${kind.key}:${fact.id}`,
    dueAt: fact.occurredAt,
    data: { tierKey: fact.data.to },
  });
}
