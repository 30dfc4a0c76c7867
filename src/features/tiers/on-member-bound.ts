import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { linkDueMenu } from './link-due-menu.ts';

/** A till's member may come with a tier: then its menu is due, not the ordinary one. */
export async function onMemberBound(tx: Tx, fact: Fact): Promise<void> {
  if (fact.memberId === null || fact.lineUserId === null) return;
  await linkDueMenu(tx, {
    memberId: fact.memberId,
    lineUserId: fact.lineUserId,
    now: fact.occurredAt,
    cause: `bound:${fact.id}`,
  });
}
