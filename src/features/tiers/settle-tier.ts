import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMonths, dateInZone, instantInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { TierReason } from './tables.ts';
import { readNetSpend } from './tier-reads.ts';
import { rankOf, type Tier, type TiersPolicy, tierByKey, tierForSpend, tiersPolicy } from './tier-rules.ts';
import { tierChanged } from './tiers-facts.ts';

/** A tier lasts a year from the day it was reached. */
const lastsMonths = 12;

export type SettleInput = { memberId: number; now: Date; actor: Actor; source: string };
type Held = { id: number; tier_key: string; reason: TierReason } | undefined;
type Change = { from: Tier; to: Tier; reason: 'risen' | 'withdrawn' | 'fallen'; netTwd: number };

/** Up at once: after a purchase the member has the highest tier that the window's net spend reaches. */
export async function raiseTier(tx: Tx, input: SettleInput & { purchaseId: number }): Promise<void> {
  const { policy, today, held, netTwd } = await look(tx, input);
  const from = tierByKey(policy, held?.tier_key ?? null);
  const to = tierForSpend(policy, netTwd);
  if (rankOf(policy, to.key) <= rankOf(policy, from.key)) return;
  await replaceTier(
    tx,
    input,
    { policy, held, purchaseId: input.purchaseId, reviewOn: addMonths(today, lastsMonths) },
    { from, to, reason: 'risen', netTwd },
  );
}

/**
 * After a return: a tier that the money which has stayed would not have brought, on the day when it was reached, is
 * withdrawn. What has aged out of the window since then takes nothing away, that is for the review; so is a tier
 * that was not reached by buying here.
 */
export async function withdrawRise(tx: Tx, input: SettleInput): Promise<void> {
  const { policy, zone, today, held, netTwd } = await look(tx, input);
  if (held?.reason !== 'risen' && held?.reason !== 'withdrawn') return;
  const from = tierByKey(policy, held.tier_key);
  const best: Standing = { tier: tierForSpend(policy, netTwd), reviewOn: addMonths(today, lastsMonths) };
  const standing = await readStanding(tx, input.memberId, { policy, zone, today, best });
  if (rankOf(policy, standing.tier.key) >= rankOf(policy, from.key)) return;
  await replaceTier(
    tx,
    input,
    { policy, held, purchaseId: null, reviewOn: standing.reviewOn },
    { from, to: standing.tier, reason: 'withdrawn', netTwd },
  );
}

type Standing = { tier: Tier; reviewOn: string | null };

/** The best of `best` and the tiers, newest first, that still stand on what was bought up to the day they were reached. */
async function readStanding(
  tx: Tx,
  memberId: number,
  at: { policy: TiersPolicy; zone: string; today: string; best: Standing },
): Promise<Standing> {
  const { policy } = at;
  const rows = await tx
    .selectFrom('tier_memberships')
    .select(['tier_key', 'reason', 'since', 'review_on'])
    .where('member_id', '=', memberId)
    .orderBy('id', 'desc')
    .execute();
  let { best } = at;
  for (const row of rows) {
    const tier = tierByKey(policy, row.tier_key);
    const isRisen = row.reason === 'risen' || row.reason === 'withdrawn';
    const isOver = row.review_on !== null && row.review_on <= at.today;
    if (!isOver && rankOf(policy, tier.key) > rankOf(policy, best.tier.key)) {
      if (!isRisen || (await isStillReached(tx, memberId, row, at.zone)))
        best = { tier, reviewOn: row.review_on };
    }
    if (!isRisen) break;
  }
  return best;
}

/** By the rules and the window of the day on which it was reached, or kept at a review, and what has stayed of that. */
async function isStillReached(
  tx: Tx,
  memberId: number,
  row: { tier_key: string; since: Date; review_on: string | null },
  zone: string,
): Promise<boolean> {
  const since = dateInZone(row.since, zone);
  const keptOn = row.review_on === null ? since : addMonths(row.review_on, -lastsMonths);
  const reached =
    keptOn > since ? { on: keptOn, at: instantInZone(keptOn, '12:00', zone) } : { on: since, at: row.since };
  const policy = await readPolicy(tx, tiersPolicy, reached.at);
  const netTwd = await readNetSpend(tx, memberId, reached.on, policy.windowMonths);
  return netTwd >= tierByKey(policy, row.tier_key).thresholdTwd;
}

/** At its review a tier is kept for another year or falls to what the window's spend reaches. */
export async function reviewTier(tx: Tx, input: SettleInput): Promise<void> {
  const { policy, today, held, netTwd } = await look(tx, input);
  if (!held) return;
  const from = tierByKey(policy, held.tier_key);
  const to = tierForSpend(policy, netTwd);
  if (rankOf(policy, to.key) >= rankOf(policy, from.key)) {
    await tx
      .updateTable('tier_memberships')
      .set({ review_on: addMonths(today, lastsMonths), policy_version: policy.version })
      .where('id', '=', held.id)
      .execute();
    return;
  }
  await replaceTier(
    tx,
    input,
    { policy, held, purchaseId: null, reviewOn: addMonths(today, lastsMonths) },
    { from, to, reason: 'fallen', netTwd },
  );
}

async function look(tx: Tx, input: SettleInput) {
  await sql`select pg_advisory_xact_lock(hashtextextended('tier', ${input.memberId}))`.execute(tx);
  const policy = await readPolicy(tx, tiersPolicy, input.now);
  const brand = await readPolicy(tx, brandPolicy, input.now);
  const today = dateInZone(input.now, brand.zone);
  const held: Held = await tx
    .selectFrom('tier_memberships')
    .select(['id', 'tier_key', 'reason'])
    .where('member_id', '=', input.memberId)
    .where('until', 'is', null)
    .executeTakeFirst();
  return {
    policy,
    zone: brand.zone,
    today,
    held,
    netTwd: await readNetSpend(tx, input.memberId, today, policy.windowMonths),
  };
}

async function replaceTier(
  tx: Tx,
  input: SettleInput,
  at: { policy: TiersPolicy; held: Held; purchaseId: number | null; reviewOn: string | null },
  change: Change,
): Promise<void> {
  if (at.held)
    await tx.updateTable('tier_memberships').set({ until: input.now }).where('id', '=', at.held.id).execute();
  const isFirst = rankOf(at.policy, change.to.key) === 0;
  const added = await tx
    .insertInto('tier_memberships')
    .values({
      member_id: input.memberId,
      tier_key: change.to.key,
      policy_version: at.policy.version,
      reason: change.reason,
      cause_purchase_id: at.purchaseId,
      since: input.now,
      review_on: isFirst ? null : at.reviewOn,
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
      from: change.from.key,
      to: change.to.key,
      reason: change.reason,
      netTwd: change.netTwd,
      policyVersion: at.policy.version,
    },
  });
}
