import { brandPolicy } from '#foundation/brand.ts';
import { addMonths, dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { nextTier, type Tier, type TiersPolicy, tierByKey, tiersPolicy } from './tier-rules.ts';

export type TierStanding = {
  tier: Tier;
  /** Net spend within the window, NT$. */
  netTwd: number;
  next: { tier: Tier; missingTwd: number } | null;
  /** The business day on which the tier is looked at again; null in the first tier. */
  reviewOn: string | null;
  policy: TiersPolicy;
};

/** Where a member stands: the tier held, and how far the next one is. */
export async function readTierStanding(db: Db, memberId: number, now: Date): Promise<TierStanding> {
  const policy = await readPolicy(db, tiersPolicy, now);
  const brand = await readPolicy(db, brandPolicy, now);
  const held = await db
    .selectFrom('tier_memberships')
    .select(['tier_key', 'review_on'])
    .where('member_id', '=', memberId)
    .where('until', 'is', null)
    .executeTakeFirst();
  const netTwd = await readNetSpend(db, memberId, dateInZone(now, brand.zone), policy.windowMonths);
  const tier = tierByKey(policy, held?.tier_key ?? null);
  return { tier, netTwd, next: nextTier(policy, tier, netTwd), reviewOn: held?.review_on ?? null, policy };
}

/** Net spend of the last `months` up to and including `today`, NT$. */
export async function readNetSpend(db: Db, memberId: number, today: string, months: number): Promise<number> {
  const found = await sql<{ net: number }>`
    select coalesce(sum(net_twd), 0)::bigint as net from purchases_published_purchases
    where member_id = ${memberId} and purchased_on > ${addMonths(today, -months)} and purchased_on <= ${today}`.execute(
    db,
  );
  return found.rows[0]?.net ?? 0;
}

/** All tiers from the lowest up, with what is left to spend to each: 0 when it is reached. */
export async function readTierLadder(
  db: Db,
  memberId: number,
  now: Date,
): Promise<{ key: string; tiers: { key: string; name: Tier['name']; distanceTwd: number }[] }> {
  const { tier, netTwd, policy } = await readTierStanding(db, memberId, now);
  return {
    key: tier.key,
    tiers: policy.tiers.map(({ key, name, thresholdTwd }) => ({
      key,
      name,
      distanceTwd: Math.max(0, thresholdTwd - netTwd),
    })),
  };
}
