import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMonths, dateInZone } from '#foundation/clock.ts';
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
type Held =
  | { id: number; tier_key: string; reason: TierReason; cause_purchase_id: number | null }
  | undefined;
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
    { policy, today, held, purchaseId: input.purchaseId },
    { from, to, reason: 'risen', netTwd },
  );
}

/** A rise that only a since-returned purchase carried is withdrawn; a tier held for other reasons waits for its review. */
export async function withdrawRise(tx: Tx, input: SettleInput & { purchaseId: number }): Promise<void> {
  const { policy, today, held, netTwd } = await look(tx, input);
  if (held?.reason !== 'risen' || held.cause_purchase_id !== input.purchaseId) return;
  const from = tierByKey(policy, held.tier_key);
  const reached = tierForSpend(policy, netTwd);
  if (rankOf(policy, reached.key) >= rankOf(policy, from.key)) return;
  const before = await readTierBefore(tx, input.memberId, held.id);
  const earlier = tierByKey(policy, before);
  const to = rankOf(policy, earlier.key) > rankOf(policy, reached.key) ? earlier : reached;
  await replaceTier(
    tx,
    input,
    { policy, today, held, purchaseId: null },
    { from, to, reason: 'withdrawn', netTwd },
  );
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
    { policy, today, held, purchaseId: null },
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
    .select(['id', 'tier_key', 'reason', 'cause_purchase_id'])
    .where('member_id', '=', input.memberId)
    .where('until', 'is', null)
    .executeTakeFirst();
  return { policy, today, held, netTwd: await readNetSpend(tx, input.memberId, today, policy.windowMonths) };
}

async function replaceTier(
  tx: Tx,
  input: SettleInput,
  at: { policy: TiersPolicy; today: string; held: Held; purchaseId: number | null },
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
      review_on: isFirst ? null : addMonths(at.today, lastsMonths),
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

async function readTierBefore(tx: Tx, memberId: number, heldId: number): Promise<string | null> {
  const before = await tx
    .selectFrom('tier_memberships')
    .select('tier_key')
    .where('member_id', '=', memberId)
    .where('id', '<', heldId)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return before?.tier_key ?? null;
}
