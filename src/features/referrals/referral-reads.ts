import { readCouponTitle } from '#features/coupons/coupon-reads.ts';
import { readPerson } from '#features/members/person-reads.ts';
import { addMs } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { capWindowMs, isFull, keptUntil, type ReferralsPolicy } from './referral-rules.ts';

/**
 * From when on a friend's purchases count, of a row `r` of referrals. Who joins at the counter often binds while the
 * receipt is open already, tills print whole minutes, and their clocks go wrong: ten minutes before still count.
 */
export const countsFrom = sql<Date>`r.bound_at - interval '10 minutes'`;

/** The living member whose code this is, merges followed; null when nobody's. */
export async function readCodeOwner(db: Db, code: string): Promise<number | null> {
  const found = await db
    .selectFrom('referral_codes')
    .select('member_id')
    .where('code', '=', code)
    .executeTakeFirst();
  const owner = found ? await readPerson(db, found.member_id) : null;
  return owner?.memberId ?? null;
}

/** How many friends of a member have bound, and how many have only sent the code and still can. */
export async function countFriends(
  db: Db,
  input: { memberId: number; policy: ReferralsPolicy; now: Date },
): Promise<{ bound: number; waiting: number }> {
  const counted = await sql<{ bound: number; waiting: number }>`
    select count(*) filter (where state in ('bound', 'rewarded'))::integer as bound,
           count(*) filter (where state = 'received' and received_at >= ${addMs(
             input.now,
             -input.policy.bindWithinDays * 86_400_000,
           )})::integer as waiting
    from referrals where inviter_id = ${input.memberId}`.execute(db);
  return counted.rows[0] ?? { bound: 0, waiting: 0 };
}

/** Purchases that are past the time for returns and were not returned whole. */
export async function countKeptPurchases(
  db: Db,
  input: { memberId: number; policy: ReferralsPolicy; now: Date },
): Promise<number> {
  const counted = await sql<{ count: number }>`
    select count(*)::integer as count from purchases_published_purchases
    where member_id = ${input.memberId} and net_twd > 0
      and purchased_at <= ${keptUntil(input.policy, input.now)}`.execute(db);
  return counted.rows[0]?.count ?? 0;
}

export type Rewards = { inviter: Record<Locale, string>; invitee: Record<Locale, string> };

/** What the two get, by name; null while one of the coupons does not exist or was withdrawn. */
export async function readRewards(db: Db, policy: ReferralsPolicy): Promise<Rewards | null> {
  const inviter = await readCouponTitle(db, policy.inviterCouponKey);
  const invitee = await readCouponTitle(db, policy.inviteeCouponKey);
  return inviter && invitee ? { inviter, invitee } : null;
}

/** Whether following inviters up from `fromId` leads to `toId`. */
export async function leadsTo(db: Db, input: { fromId: number; toId: number }): Promise<boolean> {
  const found = await sql`
    with recursive up as (
      select ${input.fromId}::bigint as id
      union
      select r.inviter_id from referrals r join up on r.invitee_id = up.id where r.state <> 'refused'
    )
    select 1 from up where id = ${input.toId}`.execute(db);
  return found.rows.length > 0;
}

/**
 * What an inviter has had: rewarded friends within the last day and month (whoever of the two was rewarded: the
 * pace holds for both), and gifts of their own in all.
 */
export async function countRewards(
  db: Db,
  of: { inviterId: number; now: Date },
): Promise<{ perDay: number; perMonth: number; life: number }> {
  const since = (windowMs: number) => addMs(of.now, -windowMs);
  const counted = await sql<{ perDay: number; perMonth: number; life: number }>`
    select (count(*) filter (where rewarded_at > ${since(capWindowMs.perDay)}))::integer as "perDay",
           (count(*) filter (where rewarded_at > ${since(capWindowMs.perMonth)}))::integer as "perMonth",
           (count(*) filter (where inviter_refused_reason is null))::integer as life
    from referrals where inviter_id = ${of.inviterId} and state = 'rewarded'`.execute(db);
  return counted.rows[0] ?? { perDay: 0, perMonth: 0, life: 0 };
}

/** Whether the brand gives an inviter nothing more for further friends. */
export async function isInviterFull(
  db: Db,
  of: { inviterId: number; policy: ReferralsPolicy; now: Date },
): Promise<boolean> {
  if (of.policy.caps.life === null) return false;
  return isFull(of.policy.caps, (await countRewards(db, of)).life);
}
