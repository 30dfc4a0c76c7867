import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { voidClaim } from '../../coupons/voiding/void-claim.ts';
import { rankOf, type Tier, tierByKey, tiersPolicy } from '../tier-rules.ts';
import { couponBenefits } from './benefit-rules.ts';
import { giveTierCoupon, hasKeptCoupon } from './give-tier-coupon.ts';

type Settled = {
  memberId: number;
  membershipId: number;
  tierKey: string;
  now: Date;
  actor: Actor;
  source: string;
};

/** Whoever has risen gets the coupons that the tier gives for it, once per rise. */
export async function giveRiseCoupons(tx: Tx, input: Settled): Promise<void> {
  const { memberId, membershipId, tierKey, ...by } = input;
  const policy = await readPolicy(tx, tiersPolicy, by.now);
  const { zone } = await readPolicy(tx, brandPolicy, by.now);
  for (const { couponKey } of couponBenefits(tierByKey<Tier>(policy, tierKey).benefits, 'rise')) {
    if (await hasKeptCoupon(tx, { memberId, tierKey, couponKey })) continue;
    const giftKey = `rise:${membershipId}:${couponKey}`;
    const today = dateInZone(by.now, zone);
    await giveTierCoupon(tx, { giftKey, membershipId, memberId, couponKey, today, ...by });
  }
}

/**
 * A rise was withdrawn: the coupons that it, and the rises above what is held now, had given go with it. What was
 * used stays used.
 */
export async function takeRiseCoupons(tx: Tx, input: Settled): Promise<void> {
  const policy = await readPolicy(tx, tiersPolicy, input.now);
  const rows = await sql<{ id: number; tierKey: string }>`
    select id, tier_key as "tierKey" from tier_memberships
    where member_id = ${input.memberId} and id < ${input.membershipId} order by id desc`.execute(tx);
  const held = rankOf(policy, input.tierKey);
  const firstKept = rows.rows.findIndex((row) => rankOf(policy, row.tierKey) <= held);
  const withdrawn = rows.rows.slice(0, firstKept === -1 ? undefined : firstKept).map((row) => row.id);
  if (withdrawn.length === 0) return;
  const given = await sql<{ claimId: number }>`
    select g.claim_id as "claimId" from tier_gifts g join coupons_published_claims c on c.id = g.claim_id
    where g.membership_id = any(${withdrawn}::bigint[]) and g.gift_key like 'rise:%' and c.state = 'held'
    order by 1`.execute(tx);
  const { now, actor, source } = input;
  for (const { claimId } of given.rows)
    await voidClaim(tx, { claimId, reason: 'tier_withdrawn', now, actor, source });
}
