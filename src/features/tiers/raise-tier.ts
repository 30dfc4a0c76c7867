import { addMonths } from '#foundation/clock.ts';
import { type Tx, together } from '#foundation/db.ts';
import { changeTier, type SettleInput } from './change-tier.ts';
import { bestReached } from './promised-rules.ts';
import { lastsMonths } from './review/review-rules.ts';
import { measureInForce, measureSpend } from './tier-reads.ts';
import { rankOf } from './tier-rules.ts';
import { lockTier } from './tier-state-reads.ts';

/**
 * Up at once: after a purchase the member has the highest tier that the window's net spend reaches, by the rules in
 * force or by those under which the present tier is still held. Tiers by rank or score wait for the month's ranking.
 */
export async function raiseTier(tx: Tx, input: SettleInput & { purchaseId: number }): Promise<void> {
  const { memberId, now } = input;
  // Read behind the lock and along with it: nearly every member is measured by the rules in force alone.
  const [state, inForce] = await together(lockTier(tx, input), measureInForce(tx, { memberId, now }));
  const { policy, held, today } = state;
  const reached = bestReached(policy, await measureSpend(tx, memberId, state, inForce));
  if (!reached.by || rankOf(policy, reached.tier.key) <= rankOf(policy, held?.tierKey ?? '')) return;
  await changeTier(tx, input, state, {
    to: reached.tier,
    reason: 'risen',
    version: reached.by.rules.version,
    reviewOn: addMonths(today, lastsMonths),
    counted: { netTwd: reached.by.netTwd },
    purchaseId: input.purchaseId,
  });
}
