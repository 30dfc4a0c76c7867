import { addDays } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { readLineUserOf } from '../../members/person-reads.ts';
import { changeTier } from '../change-tier.ts';
import { type RankedPolicy, rankOf, type Tier, tierByKey, topPercentOf } from '../tier-rules.ts';
import { type HeldTier, lockTier } from '../tier-state-reads.ts';
import { tierBelowKind } from './below-notice-messages.ts';
import { rankMove } from './ranking-rules.ts';
import type { Ranking } from './take-ranking.ts';

/**
 * Moves one member's tier as the ranking has it: up at once, down after the protected days and the days of grace, of
 * which the member is told when they begin. The tier is read anew under its lock, so running again does nothing.
 */
export async function moveRankedTier(
  tx: Tx,
  input: { memberId: number; ranking: Ranking; policy: RankedPolicy; now: Date },
): Promise<void> {
  const { memberId, ranking, policy, now } = input;
  const state = await lockTier(tx, { memberId, now });
  const place = await tx
    .selectFrom('tier_places')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('ranking_id', '=', ranking.id)
    .executeTakeFirst();
  if (!place) return;
  const { held } = state;
  const move = rankMove(policy, {
    rankHeld: rankOf(policy, held?.tierKey ?? ''),
    rankReached: rankOf(policy, place.tier_key),
    protectedUntil: held?.reviewOn ?? null,
    belowSince: held?.belowSince ?? null,
    rankedOn: ranking.rankedOn,
  });
  if (move === 'stay') return;
  if (move === 'up' || move === 'down') {
    const to = tierByKey<Tier>(policy, place.tier_key);
    await changeTier(
      tx,
      { memberId, now, actor: { kind: 'job', id: 'tier-ranking' }, source: 'job' },
      state,
      {
        to,
        reason: move === 'up' ? 'ranked_up' : 'ranked_down',
        version: policy.version,
        reviewOn: addDays(ranking.rankedOn, policy.protectedDays),
        counted: {
          netTwd: place.net_twd,
          ...(policy.mode === 'score'
            ? { score: place.score }
            : { place: place.place, topPercent: topPercentOf(policy, to.key) }),
        },
        rankingId: ranking.id,
      },
    );
    return;
  }
  if (!held) return;
  const belowSince = move === 'below' ? ranking.rankedOn : null;
  await tx
    .updateTable('tier_memberships')
    .set({ below_since: belowSince })
    .where('id', '=', held.id)
    .execute();
  if (belowSince !== null) await tellBelow(tx, input, held, belowSince);
}

async function tellBelow(
  tx: Tx,
  { memberId, now }: { memberId: number; now: Date },
  held: HeldTier,
  belowSince: string,
): Promise<void> {
  const lineUserId = await readLineUserOf(tx, memberId);
  if (lineUserId === null) return;
  const reach = await readPolicy(tx, reachPolicy, now);
  await enqueueNotice(tx, tierBelowKind, reach.notices[tierBelowKind.key] ?? 'push', {
    lineUserId,
    memberId,
    dedupeKey: `${tierBelowKind.key}:${held.id}:${belowSince}`,
    dueAt: now,
    data: { membershipId: held.id, belowSince },
  });
}
