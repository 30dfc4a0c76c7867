import { type Counted, rankMove } from '../../tiers/ranking/ranking-rules.ts';
import { type RankedPolicy, rankOf } from '../../tiers/tier-rules.ts';
import type { HeldFrom } from './replay-threshold-rules.ts';
import type { PastMember, Step } from './timeline-rules.ts';

/** What a ranking of the past comes to: from what is counted of somebody, within its days, to the tier that it gives. */
export type PastRanking = {
  rankedOn: string;
  from: string;
  until: string;
  /** The first day on which a tier that this ranking gave may be lost. */
  protectedUntil: string;
  tierOf(counted: Counted): string;
};

/** What a ranking counts of somebody: as it stood on its day, so that what came back later still counts. */
export function countFor(
  { from, until }: Pick<PastRanking, 'from' | 'until'>,
  member: Pick<PastMember, 'activeDays'>,
  steps: readonly Step[],
): Counted {
  const kept = new Map<number, number>();
  let netTwd = 0;
  for (const { on, boughtOn, twd, purchaseId } of steps) {
    if (on > until) break;
    if (boughtOn < from || boughtOn > until) continue;
    netTwd += twd;
    kept.set(purchaseId, (kept.get(purchaseId) ?? 0) + twd);
  }
  const purchases = [...kept.values()].filter((twd) => twd > 0).length;
  const activeDays = member.activeDays.filter((day) => from <= day && day <= until).length;
  return { netTwd, purchases, activeDays };
}

/**
 * Who holds which tier from which day on, had these rules been in force since the first ranking: up at once, down
 * only after the protected days and the days of grace. The decision is that of the live rules (`rankMove`).
 * @param rankings in order
 */
export function replayRanked(
  policy: RankedPolicy,
  member: Pick<PastMember, 'activeDays'>,
  steps: readonly Step[],
  rankings: readonly PastRanking[],
): HeldFrom[] {
  const first = policy.tiers[0]?.key ?? '';
  const held: HeldFrom[] = [{ on: '', key: first, isRise: false }];
  let key = first;
  let protectedUntil: string | null = null;
  let belowSince: string | null = null;
  for (const ranking of rankings) {
    const { rankedOn } = ranking;
    const reached = ranking.tierOf(countFor(ranking, member, steps));
    const [rankHeld, rankReached] = [rankOf(policy, key), rankOf(policy, reached)];
    const move = rankMove(policy, { rankHeld, rankReached, protectedUntil, belowSince, rankedOn });
    if (move === 'below') belowSince = rankedOn;
    if (move === 'recovered') belowSince = null;
    if (move !== 'up' && move !== 'down') continue;
    key = reached;
    belowSince = null;
    protectedUntil = rankReached === 0 ? null : ranking.protectedUntil;
    held.push({ on: rankedOn, key, isRise: move === 'up' });
  }
  return held;
}
