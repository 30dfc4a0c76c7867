import { claimCoupon } from '#features/coupons/claim-coupon.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { addDays, dateInZone } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { makeCoupon } from '../coupons/cast.ts';
import { tester } from '../support/shop.ts';
import { createChance } from './chance.ts';
import { expectSame, type LedgerBrand, type Outcome, type Shopper, zone } from './ledger-brand.ts';

/** What a purchase and its full return must leave as it was. */
type Standing = {
  points: number;
  /** Open lots by the day they end. */
  lots: Record<string, number>;
  tier: string;
  reviewOn: string | null;
  /** Coupons in hand, with their ends. */
  coupons: string[];
};

const startsOn = '2026-11-21';
const at = (day: string, time = '12:00') => `${day}T${time}:00+08:00`;

/**
 * `rounds` members with a past (points, a tier, a coupon) buy something big with points and the coupon, spend what
 * they hold in other purchases, and bring all of it back, some the last thing first, some the first. Days pass in
 * between, with what the night does left to other parts.
 */
export async function playRoundTrips(
  brand: LedgerBrand,
  of: { seed: number; rounds: number },
): Promise<Outcome> {
  const chance = createChance(of.seed);
  const { couponId } = await makeCoupon(brand.db, { key: 'round-trip', validDays: 60 });
  brand.clock.set(at(startsOn));
  const members = await brand.welcome(of.rounds);
  const trips = members.map((member, nth) => ({
    member,
    nth,
    past: chance.pick([0, 700, 6_000, 11_000, 29_000]),
    opening: chance.pick([0, 3, 40, 250]),
    total: 1_000 + chance.below(40_000),
    paidShare: chance.pick([0, 0.4, 1]),
    channel: chance.pick(['store', 'online'] as const),
    spends: 1 + chance.below(2),
    isLastFirst: chance.oneIn(2),
  }));
  type Trip = (typeof trips)[number];
  const memberOf = ({ member }: Trip) => ({ memberNo: member.memberNo });

  // The past: a purchase, whose points are the opening balance too, and a coupon in hand.
  await each(brand, trips, async (trip) => {
    if (trip.past > 0)
      await must(brand.buy({ receiptNo: `PAST-${trip.nth}`, totalTwd: trip.past, member: memberOf(trip) }));
    if (trip.opening > 0)
      await must(
        brand.buy({ receiptNo: `OPEN-${trip.nth}`, totalTwd: trip.opening * 100, member: memberOf(trip) }),
      );
  });
  const claims = await each(brand, trips, async ({ member }) => claimFor(brand, couponId, member));
  const before = await readStandings(brand, members);

  const day2 = addDays(startsOn, 1);
  brand.clock.set(at(day2));
  await each(brand, trips, async (trip) => {
    const held = before.get(trip.member.memberId)?.points ?? 0;
    await must(
      brand.buy({
        receiptNo: `TRIP-${trip.nth}`,
        totalTwd: trip.total,
        channel: trip.channel,
        member: memberOf(trip),
        pointsPaid: Math.min(trip.total, Math.floor(held * trip.paidShare)),
        claimIds: [String(claims[trip.nth])],
      }),
    );
  });

  // What is spent in between pays for things too small to earn or to raise anything.
  const day3 = addDays(startsOn, 3);
  brand.clock.set(at(day3));
  const spent = await each(brand, trips, async (trip) => {
    const points: number[] = [];
    for (let nth = 0; nth < trip.spends; nth++) {
      const { active } = await readPoints(brand.db, trip.member.memberId, day3);
      const pointsPaid = Math.min(99, nth === 0 ? Math.ceil(active * 0.7) : active);
      if (pointsPaid === 0) break;
      await must(
        brand.buy({
          receiptNo: `SPEND-${trip.nth}-${nth}`,
          totalTwd: pointsPaid,
          member: memberOf(trip),
          pointsPaid,
        }),
      );
      points.push(pointsPaid);
    }
    return points;
  });

  const day5 = addDays(startsOn, 5);
  brand.clock.set(at(day5));
  const tripBack = (trip: Trip) =>
    must(
      brand.giveBack({
        receiptNo: `TRIP-${trip.nth}`,
        purchasedOn: day2,
        returnNo: `BACK-${trip.nth}`,
        full: true,
      }),
    );
  const spendsBack = async (trip: Trip) => {
    for (let nth = (spent[trip.nth]?.length ?? 0) - 1; nth >= 0; nth--)
      await must(
        brand.giveBack({
          receiptNo: `SPEND-${trip.nth}-${nth}`,
          purchasedOn: day3,
          returnNo: `SPEND-BACK-${trip.nth}-${nth}`,
          full: true,
        }),
      );
  };
  const between = await each(brand, trips, async (trip) => {
    if (trip.isLastFirst) await spendsBack(trip);
    await tripBack(trip);
    const standing = (await readStandings(brand, [trip.member])).get(trip.member.memberId);
    if (!trip.isLastFirst) await spendsBack(trip);
    return standing;
  });
  const after = await readStandings(brand, members);

  const findings = trips.flatMap((trip) => {
    const name = `seed ${of.seed}, round trip ${JSON.stringify(trip)}`;
    const [was, is] = [before.get(trip.member.memberId), after.get(trip.member.memberId)];
    if (!was || !is) return [`${name}: the member is gone`];
    const spentPoints = trip.isLastFirst
      ? 0
      : (spent[trip.nth] ?? []).reduce((sum, points) => sum + points, 0);
    const { lots: lotsWere, ...standingWas } = was;
    const { lots, ...standing } = is;
    return [
      ...expectSame(`${name}, net of what was spent`, was.points - spentPoints, between[trip.nth]?.points),
      ...expectSame(`${name}, all back`, standingWas, standing),
      // A debt that returned points settled has taken what ended first: then only the sum is as before.
      ...(trip.isLastFirst ? expectSame(`${name}, lots`, lotsWere, lots) : []),
    ];
  });
  const spends = spent.flat();
  return {
    figures: {
      'round trips': of.rounds,
      'spends in between': spends.length,
      'points spent': spends.reduce((sum, points) => sum + points, 0),
    },
    findings,
  };
}

const each = <T, R>(brand: LedgerBrand, all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> =>
  brand.rush(all.length, (nth) => work(all[nth] as T));

async function must(answer: ReturnType<LedgerBrand['buy']>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
}

async function claimFor(brand: LedgerBrand, couponId: number, { memberId }: Shopper): Promise<number> {
  const claimed = await brand.transact((tx) =>
    claimCoupon(tx, {
      couponId,
      memberId,
      wantedSeq: null,
      tierKey: 'general',
      now: brand.clock.now(),
      today: dateInZone(brand.clock.now(), zone),
      actor: tester,
      source: 'chat',
    }),
  );
  if (!claimed.ok) throw new Error(claimed.reason);
  return claimed.claimId;
}

/** Points net of pending and debt, which is what a member has in the end. */
async function readStandings(
  { db }: LedgerBrand,
  members: readonly Shopper[],
): Promise<Map<number, Standing>> {
  const found = await sql<Standing & { memberId: number }>`
    select m.id as "memberId",
      (select coalesce(sum(case kind when 'debt' then -balance else balance end), 0)::bigint
       from points_accounts where member_id = m.id) as points,
      (select coalesce(jsonb_object_agg(coalesce(ends_on::text, 'never'), remaining), '{}') from (
         select l.ends_on, sum(l.remaining) as remaining
         from points_lots l join points_accounts a on a.id = l.account_id
         where a.member_id = m.id and l.is_open group by 1) lot) as lots,
      coalesce(t.tier_key, 'general') as tier, t.review_on as "reviewOn",
      array(select c.id || ' ' || c.ends_on from coupon_claims c
            where c.member_id = m.id and c.state = 'held' order by c.id) as coupons
    from unnest(${members.map(({ memberId }) => memberId)}::bigint[]) m(id)
    left join tier_memberships t on t.member_id = m.id and t.until is null`.execute(db);
  return new Map(found.rows.map(({ memberId, ...standing }) => [memberId, standing]));
}
