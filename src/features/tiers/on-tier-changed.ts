import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { readLineUserOf } from '../members/person-reads.ts';
import { giveRiseCoupons, takeRiseCoupons } from './benefits/settle-rise-coupons.ts';
import { linkDueMenu } from './link-due-menu.ts';
import { tierRisenKind, tierWithdrawnKind } from './tier-notices-messages.ts';
import type { TierChange } from './tiers-facts.ts';

/** Who falls at a review was told before it; who falls by rank, when it was first found. */
const noticeOf = {
  risen: tierRisenKind,
  raised: tierRisenKind,
  ranked_up: tierRisenKind,
  withdrawn: tierWithdrawnKind,
  fallen: null,
  ranked_down: null,
} as const;

/** A rise brings the tier's coupons, its withdrawal takes them; a fall and a lower rank leave them. */
async function settleCoupons(tx: Tx, fact: Fact<TierChange>, memberId: number): Promise<void> {
  const { reason, to: tierKey, membershipId } = fact.data;
  if (membershipId === undefined) return;
  const { occurredAt: now, actor, source } = fact;
  const of = { memberId, membershipId, tierKey, now, actor, source };
  if (reason === 'risen' || reason === 'raised' || reason === 'ranked_up') await giveRiseCoupons(tx, of);
  if (reason === 'withdrawn') await takeRiseCoupons(tx, of);
}

/** The person is told of a rise or a withdrawal along the route that policy gives, and gets the menu that is due and the tier's coupons. */
export async function onTierChanged(tx: Tx, fact: Fact<TierChange>): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  await settleCoupons(tx, fact, fact.memberId);
  const lineUserId = await readLineUserOf(tx, fact.memberId);
  if (lineUserId === null) return;
  await linkDueMenu(tx, {
    memberId: fact.memberId,
    lineUserId,
    now: fact.occurredAt,
    cause: `tier:${fact.id}`,
  });
  const kind = noticeOf[fact.data.reason];
  if (kind === null) return;
  const reach = await readPolicy(tx, reachPolicy, fact.occurredAt);
  await enqueueNotice(tx, kind, reach.notices[kind.key] ?? 'next_reply', {
    lineUserId,
    memberId: fact.memberId,
    dedupeKey: `${kind.key}:${fact.id}`,
    dueAt: fact.occurredAt,
    data: { tierKey: fact.data.to },
  });
}
