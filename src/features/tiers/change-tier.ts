import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { rankOf, type Tier } from './tier-rules.ts';
import type { TierState } from './tier-state-reads.ts';
import { type TierChange, tierChanged } from './tiers-facts.ts';

export type SettleInput = { memberId: number; now: Date; actor: Actor; source: string };

/**
 * Ends the membership that is held and begins the next, in one moment, and tells the timeline. The tier must be
 * locked (`lockTier`).
 * @param change.reviewOn ignored in the first tier, which nobody looks at again
 * @param change.version the rules under which the tier is held from now on
 * @param change.counted what was counted to come to this, for the timeline
 * @returns the new membership's id
 */
export async function changeTier(
  tx: Tx,
  input: SettleInput,
  state: TierState,
  change: {
    to: Tier;
    reason: TierChange['reason'];
    version: number;
    reviewOn: string | null;
    counted: Pick<TierChange, 'netTwd' | 'score' | 'place' | 'topPercent'>;
    purchaseId?: number;
    rankingId?: number;
  },
): Promise<number> {
  const { held, policy } = state;
  if (held)
    await tx.updateTable('tier_memberships').set({ until: input.now }).where('id', '=', held.id).execute();
  const isFirst = rankOf(policy, change.to.key) === 0;
  const added = await tx
    .insertInto('tier_memberships')
    .values({
      member_id: input.memberId,
      tier_key: change.to.key,
      policy_version: change.version,
      reason: change.reason,
      cause_purchase_id: change.purchaseId ?? null,
      ranking_id: change.rankingId ?? null,
      since: input.now,
      review_on: isFirst ? null : change.reviewOn,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordFact(tx, tierChanged, {
    memberId: input.memberId,
    occurredAt: input.now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(added.id),
    data: {
      from: held?.tierKey ?? policy.tiers[0]?.key ?? change.to.key,
      to: change.to.key,
      reason: change.reason,
      policyVersion: change.version,
      membershipId: added.id,
      ...change.counted,
    },
  });
  return added.id;
}
