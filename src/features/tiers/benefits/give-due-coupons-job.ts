import '../tables.ts';
import { addDays, dateInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { SlotRun } from '#foundation/schedule-runner.ts';
import { firstTier, type Tier, tiersPolicy } from '../tier-rules.ts';
import { type CouponBenefit, couponBenefits } from './benefit-rules.ts';
import { giveTierCoupon } from './give-tier-coupon.ts';

const perBatch = 300;

/** Who gets a coupon today, and under which key for ever. */
type Due = { memberId: number; membershipId: number; giftKey: string };

/**
 * The coupons that tiers give every month and for birthdays, to bound members. A month's coupon is given on the first
 * day on which somebody holds the tier in it; a birthday's on the day itself (29 February: the 28th in common years)
 * or on one of the seven days after, where nothing ran. Safe to run again: each is given once a month, once a year.
 * @returns how many were given
 */
export async function giveDueTierCoupons(
  door: { db: Db; transact: Transact },
  at: Pick<SlotRun, 'now' | 'zone'>,
): Promise<number> {
  const policy = await readPolicy(door.db, tiersPolicy, at.now);
  const today = dateInZone(at.now, at.zone);
  const first = firstTier<Tier>(policy).key;
  let given = 0;
  for (const tier of policy.tiers) {
    const tierKey = tier.key === first ? null : tier.key;
    // The first tier has no membership that a gift could belong to.
    if (tierKey === null) continue;
    for (const each of couponBenefits(tier.benefits, 'monthly'))
      given += await giveToAll(door, { tierKey, benefit: each, today, now: at.now, readDue: readMonthly });
    for (const each of couponBenefits(tier.benefits, 'birthday'))
      given += await giveToAll(door, { tierKey, benefit: each, today, now: at.now, readDue: readBirthdays });
  }
  return given;
}

type Round = { tierKey: string; benefit: CouponBenefit; today: string; now: Date };

async function giveToAll(
  { db, transact }: { db: Db; transact: Transact },
  round: Round & { readDue(db: Db, of: Round & { after: number }): Promise<Due[]> },
): Promise<number> {
  const { benefit, now, today } = round;
  let given = 0;
  for (let after = 0; ; ) {
    const due = await round.readDue(db, { ...round, after });
    for (const each of due) {
      after = each.memberId;
      const isGiven = await transact((tx) =>
        giveTierCoupon(tx, {
          ...each,
          couponKey: benefit.couponKey,
          now,
          today,
          actor: { kind: 'job', id: 'tier-coupons' },
          source: 'job',
        }),
      );
      if (isGiven) given += 1;
    }
    if (due.length < perBatch) return given;
  }
}

async function readMonthly(db: Db, of: Round & { after: number }): Promise<Due[]> {
  const suffix = `:${of.benefit.couponKey}:${of.today.slice(0, 7)}`;
  const found = await sql<Due>`
    select t.member_id as "memberId", t.id as "membershipId", 'month:' || t.member_id || ${suffix} as "giftKey"
    from tier_memberships t join members_published_members m on m.id = t.member_id
    where t.until is null and t.tier_key = ${of.tierKey} and m.joined_at is not null and t.member_id > ${of.after}
      and not exists (select 1 from tier_gifts g where g.gift_key = 'month:' || t.member_id || ${suffix})
    order by t.member_id limit ${perBatch}`.execute(db);
  return found.rows;
}

/** Days for which a birthday that nothing ran on is made good. */
const birthdayDays = 7;

async function readBirthdays(db: Db, of: Round & { after: number }): Promise<Due[]> {
  const from = addDays(of.today, -birthdayDays);
  const key = `:${of.benefit.couponKey}:`;
  const found = await sql<Due>`
    select t.member_id as "memberId", t.id as "membershipId",
           'birthday:' || t.member_id || ${key} || extract(year from born.on_day) as "giftKey"
    from tier_memberships t join members_published_members m on m.id = t.member_id
    cross join lateral (
      select d.day::date as on_day
      from generate_series(${from}::date, ${of.today}::date, interval '1 day') as d (day)
      where (extract(month from d.day) = m.birth_month and extract(day from d.day) = m.birth_day)
        or (m.birth_month = 2 and m.birth_day = 29 and extract(month from d.day) = 2
            and extract(day from d.day) = 28 and extract(month from d.day + interval '1 day') = 3)
      limit 1) born
    where t.until is null and t.tier_key = ${of.tierKey} and m.joined_at is not null and t.member_id > ${of.after}
      and t.since < born.on_day + 1
      and not exists (select 1 from tier_gifts g
                      where g.gift_key = 'birthday:' || t.member_id || ${key} || extract(year from born.on_day))
    order by t.member_id limit ${perBatch}`.execute(db);
  return found.rows;
}
