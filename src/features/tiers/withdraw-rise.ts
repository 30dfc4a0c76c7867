import { addDays, addMonths, dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { changeTier, type SettleInput } from './change-tier.ts';
import { bestReached } from './promised-rules.ts';
import { rankedWindow } from './ranking/ranking-rules.ts';
import { lastsMonths } from './review/review-rules.ts';
import type { TierReason } from './tables.ts';
import { measureSpend, readNetSpend, readSpendBetween, readWindowSpend } from './tier-reads.ts';
import { keepTwdOf, rankOf, type Tier, tierByKey } from './tier-rules.ts';
import { lockTier, readTiersVersion, type TierState } from './tier-state-reads.ts';

/** Reached by buying: what is bought back takes it away. */
const byBuying: readonly TierReason[] = ['risen', 'withdrawn', 'raised', 'ranked_up'];

type Standing = { tier: Tier; reviewOn: string | null; version: number };

/**
 * After a return: a tier that the money which has stayed would not have brought, on the day when it was reached, is
 * withdrawn. What has aged out of the window since then takes nothing away, that is for the review; so is a tier
 * that was not reached by buying here. A rank goes when what has stayed is below the cut of its ranking; a score is
 * looked at again by the next ranking, because it hangs on everybody else's.
 */
export async function withdrawRise(tx: Tx, input: SettleInput): Promise<void> {
  const state = await lockTier(tx, input);
  const { policy, held, today } = state;
  if (!held || !byBuying.includes(held.reason)) return;
  if (held.reason === 'ranked_up') await endProtection(tx, held.id, state);
  const measured = await measureSpend(tx, input.memberId, state);
  const reached = bestReached(policy, measured);
  const standing = await readStanding(tx, input.memberId, state, {
    tier: reached.tier,
    reviewOn: addMonths(today, lastsMonths),
    version: reached.by?.rules.version ?? policy.version,
  });
  if (rankOf(policy, standing.tier.key) >= rankOf(policy, held.tierKey)) return;
  const { memberId } = input;
  await changeTier(tx, input, state, {
    to: standing.tier,
    reason: 'withdrawn',
    version: standing.version,
    reviewOn: standing.reviewOn,
    counted: { netTwd: await readWindowSpend(tx, { memberId, policy, today, measured }) },
  });
}

/** A score that a returned purchase was part of is not protected any more: the next ranking looks at it. */
async function endProtection(tx: Tx, membershipId: number, { today }: TierState): Promise<void> {
  await sql`
    update tier_memberships t set review_on = ${today} from tier_rankings r
    where t.id = ${membershipId} and r.id = t.ranking_id and r.mode = 'score' and t.review_on > ${today}`.execute(
    tx,
  );
}

/** A membership of the past or present, as far as it matters here. */
type Row = {
  tierKey: string;
  reason: TierReason;
  since: Date;
  reviewOn: string | null;
  policyVersion: number;
  rankingId: number | null;
};

/**
 * The best of the tiers, newest first, that still stand on what was bought up to the day they were reached, with the
 * reviews they had; `reachedNow` where that is higher still.
 */
async function readStanding(
  tx: Tx,
  memberId: number,
  state: TierState,
  reachedNow: Standing,
): Promise<Standing> {
  const { policy, today } = state;
  const rows: Row[] = await tx
    .selectFrom('tier_memberships')
    .select([
      'tier_key as tierKey',
      'reason',
      'since',
      'review_on as reviewOn',
      'policy_version as policyVersion',
      'ranking_id as rankingId',
    ])
    .where('member_id', '=', memberId)
    .orderBy('id', 'desc')
    .execute();
  let best: Standing | null = null;
  for (const row of rows) {
    const tier = tierByKey<Tier>(policy, row.tierKey);
    const isBought = byBuying.includes(row.reason);
    // By rank or score the day only ends the protection; the tier itself lasts.
    const isOver = policy.mode === 'threshold' && row.reviewOn !== null && row.reviewOn <= today;
    if (!isOver && rankOf(policy, tier.key) > rankOf(policy, best?.tier.key ?? '')) {
      if (!isBought || (await isStillReached(tx, memberId, row, state.zone)))
        best = { tier, reviewOn: row.reviewOn, version: row.policyVersion };
    }
    if (!isBought) break;
  }
  return best && rankOf(policy, best.tier.key) >= rankOf(policy, reachedNow.tier.key) ? best : reachedNow;
}

/** By the rules and the window of the day on which it was reached, or kept at a review, and what has stayed of that. */
async function isStillReached(tx: Tx, memberId: number, row: Row, zone: string): Promise<boolean> {
  if (row.rankingId !== null) return isStillRanked(tx, memberId, { ...row, rankingId: row.rankingId });
  const policy = await readTiersVersion(tx, row.policyVersion);
  if (policy.mode !== 'threshold') return false;
  const tier = tierByKey(policy, row.tierKey);
  const since = dateInZone(row.since, zone);
  const keptOn = row.reviewOn === null ? since : addMonths(row.reviewOn, -lastsMonths);
  const wasKept = keptOn > since;
  const netTwd = await readNetSpend(tx, memberId, wasKept ? keptOn : since, policy.windowMonths);
  return netTwd >= (wasKept ? keepTwdOf(tier) : tier.thresholdTwd);
}

async function isStillRanked(
  tx: Tx,
  memberId: number,
  row: { tierKey: string; policyVersion: number; rankingId: number },
): Promise<boolean> {
  const policy = await readTiersVersion(tx, row.policyVersion);
  if (policy.mode !== 'percentile') return policy.mode === 'score';
  const cut = await sql<{ rankedOn: string; cutTwd: number | null }>`
    select r.ranked_on as "rankedOn", c.cut_twd as "cutTwd"
    from tier_rankings r left join tier_ranking_cuts c on c.ranking_id = r.id and c.tier_key = ${row.tierKey}
    where r.id = ${row.rankingId}`.execute(tx);
  const { rankedOn, cutTwd } = cut.rows[0] ?? {};
  if (rankedOn === undefined || cutTwd === undefined || cutTwd === null) return false;
  const { from, until } = rankedWindow(policy, rankedOn);
  return (await readSpendBetween(tx, memberId, { after: addDays(from, -1), until })) >= cutTwd;
}
