import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { grantMilestones } from './milestones/grant-milestones.ts';
import { moveReferrals } from './move-referrals.ts';

/**
 * Two persons turned out to be one: who invited them and whom they invited follow, and the friends of both together
 * may reach a title.
 */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  const { intoId } = fact.data;
  const { occurredAt: now, actor, source } = fact;
  await moveReferrals(tx, fact.data);
  const { zone } = await readPolicy(tx, brandPolicy, now);
  await grantMilestones(tx, { memberId: intoId, now, today: dateInZone(now, zone), actor, source });
}
