import '../tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { issueCoupon } from '../../coupons/issue-coupon.ts';

/**
 * Gives one coupon of a tier, once for ever per `giftKey`. A refusal (sold out, ended, as many as the coupon allows)
 * is kept and not tried again; it never stops what gave rise to it.
 * @returns whether there is a coupon that was not there before
 */
export async function giveTierCoupon(
  tx: Tx,
  input: {
    giftKey: string;
    membershipId: number;
    memberId: number;
    couponKey: string;
    now: Date;
    today: string;
    actor: Actor;
    source: string;
  },
): Promise<boolean> {
  const { giftKey, membershipId, couponKey, ...by } = input;
  const known = await tx
    .selectFrom('tier_gifts')
    .select('gift_key')
    .where('gift_key', '=', giftKey)
    .executeTakeFirst();
  if (known) return false;
  const issued = await issueCoupon(tx, { ...by, couponKey, issueKey: `tier:${giftKey}` });
  const noted = await tx
    .insertInto('tier_gifts')
    .values({
      gift_key: giftKey,
      membership_id: membershipId,
      coupon_key: couponKey,
      claim_id: issued.ok ? issued.claimId : null,
      refused: issued.ok ? null : issued.reason,
      given_at: input.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('gift_key')
    .execute();
  return issued.ok && issued.isNew && noted.length > 0;
}

/**
 * Whether a rise to this tier that was withdrawn since has left the member a coupon of this key that was not taken
 * back: used, ended, or in the hand. The next rise gives no second one.
 */
export async function hasKeptCoupon(
  tx: Tx,
  of: { memberId: number; tierKey: string; couponKey: string },
): Promise<boolean> {
  const found = await sql`
    select 1 from tier_gifts g
    join tier_memberships t on t.id = g.membership_id
    join tier_memberships after on after.member_id = t.member_id and after.since = t.until
      and after.reason = 'withdrawn'
    join coupons_published_claims c on c.id = g.claim_id
    where t.member_id = ${of.memberId} and t.tier_key = ${of.tierKey} and g.coupon_key = ${of.couponKey}
      and g.gift_key like 'rise:%' and c.state <> 'void' limit 1`.execute(tx);
  return found.rows.length > 0;
}
