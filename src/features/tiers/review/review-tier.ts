import { addMonths } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { changeTier, type SettleInput } from '../change-tier.ts';
import { readNetSpend } from '../tier-reads.ts';
import { lockTier } from '../tier-state-reads.ts';
import { lastsMonths, reviewOutcome } from './review-rules.ts';

/**
 * At its review a tier is kept for another year, or becomes what the rules in force on that day make of the window's
 * spend; until then those hold under which it was reached. Before its day, and where tiers go by rank or score,
 * nothing happens. Safe to run again: what was reviewed has a later day.
 */
export async function reviewTier(tx: Tx, input: SettleInput): Promise<void> {
  const state = await lockTier(tx, input);
  const { policy, held, today } = state;
  if (!held || held.reviewOn === null || held.reviewOn > today || policy.mode !== 'threshold') return;
  const netTwd = await readNetSpend(tx, input.memberId, today, policy.windowMonths);
  const outcome = reviewOutcome(policy, held.tierKey, netTwd);
  const reviewOn = addMonths(today, lastsMonths);
  if (outcome.move === 'kept') {
    await tx
      .updateTable('tier_memberships')
      .set({ review_on: reviewOn, policy_version: policy.version, below_since: null })
      .where('id', '=', held.id)
      .execute();
    return;
  }
  await changeTier(tx, input, state, {
    to: outcome.tier,
    reason: outcome.move,
    version: policy.version,
    reviewOn,
    counted: { netTwd },
  });
}
