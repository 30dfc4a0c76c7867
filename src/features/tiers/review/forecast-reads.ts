import '../tables.ts';
import { addMonths, instantInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { keepTwdOf, type ThresholdPolicy, tiersPolicy } from '../tier-rules.ts';
import { reviewOutcome } from './review-rules.ts';

/** A living tier with a review ahead; days are business days. */
export type Reviewed = { membershipId: number; memberId: number; tierKey: string; reviewOn: string };

/** What the review would come to if nothing more is bought: the member falls, and this keeps the tier. */
export type Forecast = { policy: ThresholdPolicy; netTwd: number; missingTwd: number };

/**
 * Of these memberships those that would fall at their review as it stands now: by the rules that will be in force on
 * that day, as far as they are published, and what was bought by now of the window that ends with it.
 */
export async function readForecasts(
  db: Db,
  reviewed: readonly Reviewed[],
  zone: string,
): Promise<Map<number, Forecast>> {
  const policies = new Map<string, ThresholdPolicy>();
  for (const { reviewOn } of reviewed) {
    if (policies.has(reviewOn)) continue;
    const policy = await readPolicy(db, tiersPolicy, instantInZone(reviewOn, '12:00', zone));
    if (policy.mode === 'threshold') policies.set(reviewOn, policy);
  }
  const windows = reviewed.flatMap((each) => {
    const policy = policies.get(each.reviewOn);
    return policy ? [{ ...each, policy, after: addMonths(each.reviewOn, -policy.windowMonths) }] : [];
  });
  const spent = await readSpent(db, windows);
  const forecasts = new Map<number, Forecast>();
  for (const { membershipId, tierKey, policy } of windows) {
    const netTwd = spent.get(membershipId) ?? 0;
    const held = policy.tiers.find((tier) => tier.key === tierKey);
    if (!held || reviewOutcome(policy, tierKey, netTwd).move !== 'fallen') continue;
    forecasts.set(membershipId, { policy, netTwd, missingTwd: keepTwdOf(held) - netTwd });
  }
  return forecasts;
}

async function readSpent(
  db: Db,
  windows: readonly (Reviewed & { after: string })[],
): Promise<Map<number, number>> {
  if (windows.length === 0) return new Map();
  const found = await sql<{ membershipId: number; net: number }>`
    select w.id as "membershipId", coalesce(sum(p.net_twd), 0)::bigint as net
    from unnest(${windows.map((each) => each.membershipId)}::bigint[], ${windows.map((each) => each.memberId)}::bigint[],
                ${windows.map((each) => each.after)}::date[], ${windows.map((each) => each.reviewOn)}::date[])
      as w (id, member_id, after, until)
    left join purchases_published_purchases p
      on p.member_id = w.member_id and p.purchased_on > w.after and p.purchased_on <= w.until
    group by 1`.execute(db);
  return new Map(found.rows.map((row) => [row.membershipId, row.net]));
}

/** A living membership by id, if its review is still on this day. */
export async function readReviewed(
  db: Db,
  of: { membershipId: number; reviewOn: string },
): Promise<Reviewed | null> {
  const found = await db
    .selectFrom('tier_memberships')
    .select(['id as membershipId', 'member_id as memberId', 'tier_key as tierKey'])
    .where('id', '=', of.membershipId)
    .where('review_on', '=', of.reviewOn)
    .where('until', 'is', null)
    .executeTakeFirst();
  return found ? { ...found, reviewOn: of.reviewOn } : null;
}
