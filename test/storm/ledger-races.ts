import { claimCoupon } from '#features/coupons/claim-coupon.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { dateInZone } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { makeCoupon } from '../coupons/cast.ts';
import { tester } from '../support/shop.ts';
import {
  count,
  expectSame,
  type LedgerBrand,
  type Outcome,
  type Shopper,
  tally,
  zone,
} from './ledger-brand.ts';

const today = (brand: LedgerBrand) => dateInZone(brand.clock.now(), zone);

/** `claims` members reach for a coupon of which there are `quota`. */
export async function raceForQuota(
  brand: LedgerBrand,
  of: { claims: number; quota: number },
): Promise<Outcome> {
  const { couponId } = await makeCoupon(brand.db, { key: 'race-quota', quota: of.quota });
  const members = await brand.welcome(of.claims);
  const outcomes = await brand.rush(of.claims, (nth) => claim(brand, couponId, members[nth]));
  const { claimed, counter } = await countClaims(brand, couponId);
  const refused = countRefusals(outcomes);
  return {
    figures: { 'claims tried': of.claims, claimed, counter },
    findings: [
      ...expectSame('answers', { ok: of.quota, sold_out: of.claims - of.quota }, refused),
      ...expectSame('claims and counter', [of.quota, of.quota], [claimed, counter]),
    ],
  };
}

/** Each of `members` taps `taps` times at once on a coupon of which they may have one. */
export async function raceOfTaps(
  brand: LedgerBrand,
  of: { members: number; taps: number },
): Promise<Outcome> {
  const { couponId } = await makeCoupon(brand.db, { key: 'race-taps', quota: of.members * 2 });
  const members = await brand.welcome(of.members);
  const taps = of.members * of.taps;
  // Neighbours in time tap for the same member: that is where a race would show.
  const outcomes = await brand.rush(taps, (nth) =>
    claim(brand, couponId, members[Math.floor(nth / of.taps)]),
  );
  const { claimed, counter } = await countClaims(brand, couponId);
  return {
    figures: { taps, claimed, counter },
    findings: [
      ...expectSame(
        'answers',
        { ok: of.members, already_claimed: taps - of.members },
        countRefusals(outcomes),
      ),
      ...expectSame('claims and counter', [of.members, of.members], [claimed, counter]),
    ],
  };
}

/** `spends` purchases of NT$1 at the till, each to be paid with one of a member's `points`. */
export async function raceForPoints(
  brand: LedgerBrand,
  of: { spends: number; points: number },
): Promise<Outcome> {
  const [member] = (await brand.welcome(1, of.points)) as [Shopper];
  const answers = await brand.rush(of.spends, (nth) =>
    brand.buy({
      receiptNo: `SPEND-${nth}`,
      totalTwd: 1,
      pointsPaid: 1,
      member: { memberNo: member.memberNo },
    }),
  );
  const left = await readPoints(brand.db, member.memberId, today(brand));
  const paid = await count(
    brand.db,
    sql`select count(*) as count from points_transactions where member_id = ${member.memberId} and reason = 'paid'`,
  );
  return {
    figures: { 'spends tried': of.spends, spent: paid, 'points left': left.active },
    findings: [
      ...expectSame(
        'answers',
        { '201': of.points, '422 too_few_points': of.spends - of.points },
        tally(answers),
      ),
      ...expectSame('spends and what is left', [of.points, 0, 0], [paid, left.active, left.debt]),
    ],
  };
}

/** `keys` receipts, each posted `calls` times at once; then each once more with another total. */
export async function raceOfKeys(brand: LedgerBrand, of: { keys: number; calls: number }): Promise<Outcome> {
  const points = 50;
  const members = await brand.welcome(of.keys, points);
  const receipt = (key: number, totalTwd: number) => ({
    receiptNo: `KEY-${key}`,
    totalTwd,
    pointsPaid: 7,
    member: { memberNo: members[key]?.memberNo },
  });
  const calls = of.keys * of.calls;
  const answers = await brand.rush(calls, (nth) => brand.buy(receipt(Math.floor(nth / of.calls), 1_007)));
  const purchases = new Set(answers.map(({ body }) => (body as { purchaseId?: string }).purchaseId));
  const before = await readEffects(brand, members);
  const others = await brand.rush(of.keys, (key) => brand.buy(receipt(key, 2_007)));
  const after = await readEffects(brand, members);
  return {
    figures: {
      calls,
      effects: before.purchases,
      'other bodies refused': tally(others)['409 other_content'] ?? 0,
    },
    findings: [
      ...expectSame('answers', { '200': calls - of.keys, '201': of.keys }, tally(answers)),
      ...expectSame('purchases that answers name', of.keys, purchases.size),
      ...expectSame(
        'effects',
        { purchases: of.keys, paid: of.keys, earned: of.keys, held: of.keys * (points - 7 + 10) },
        before,
      ),
      ...expectSame('answers to another body', { '409 other_content': of.keys }, tally(others)),
      ...expectSame('effects after another body', before, after),
    ],
  };
}

/** `coupons` coupons, each shown at two tills at the same moment, by itself or as part of a purchase. */
export async function raceOfTills(brand: LedgerBrand, of: { coupons: number }): Promise<Outcome> {
  const { couponId } = await makeCoupon(brand.db, { key: 'race-tills' });
  const members = await brand.welcome(of.coupons);
  const claims = await brand.rush(of.coupons, (nth) => claim(brand, couponId, members[nth]));
  const use = (nth: number, till: number) => {
    const claimed = claims[nth];
    const claimId = String(claimed?.ok ? claimed.claimId : 0);
    const memberNo = members[nth]?.memberNo;
    const slip = { storeCode: till === 0 ? 'xinyi' : 'banqiao', receiptNo: `TILL-${nth}-${till}` };
    // Both by themselves, both in a purchase, or one of each.
    return (nth >> till) % 2 === 0
      ? brand.call('POST', '/coupon-redemptions', { ...slip, memberNo, claimId })
      : brand.buy({ ...slip, totalTwd: 500, member: { memberNo }, claimIds: [claimId] });
  };
  const answers = await brand.rush(of.coupons, (nth) => Promise.all([use(nth, 0), use(nth, 1)]));
  const won = answers.map((pair) => pair.filter(({ status }) => status === 201).length);
  const used = await sql<{ claims: number; uses: number }>`
    select count(distinct u.claim_id) as claims, count(*) as uses
    from coupon_redemptions u join coupon_claims c on c.id = u.claim_id where c.coupon_id = ${couponId}`.execute(
    brand.db,
  );
  return {
    figures: { coupons: of.coupons, redemptions: used.rows[0]?.uses ?? 0 },
    findings: [
      ...expectSame('coupons not used exactly once', 0, won.filter((times) => times !== 1).length),
      ...expectSame('redemptions', { claims: of.coupons, uses: of.coupons }, used.rows[0]),
      ...expectSame(
        'answers',
        ['201', '409 already_redeemed', '422 already_redeemed'],
        tillAnswers(answers.flat()),
      ),
    ],
  };
}

const tillAnswers = (answers: Parameters<typeof tally>[0]) => Object.keys(tally(answers)).toSorted();

function claim(brand: LedgerBrand, couponId: number, member: Shopper | undefined) {
  return brand.transact((tx) =>
    claimCoupon(tx, {
      couponId,
      memberId: member?.memberId ?? 0,
      wantedSeq: null,
      tierKey: 'general',
      now: brand.clock.now(),
      today: today(brand),
      actor: tester,
      source: 'chat',
    }),
  );
}

function countRefusals(outcomes: readonly { ok: boolean; reason?: string }[]): Record<string, number> {
  const counts: Record<string, number> = { ok: 0 };
  for (const { ok, reason = '' } of outcomes) {
    const name = ok ? 'ok' : reason;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function countClaims(brand: LedgerBrand, couponId: number) {
  const claimed = await count(
    brand.db,
    sql`select count(*) as count from coupon_claims where coupon_id = ${couponId}`,
  );
  const counter = await count(
    brand.db,
    sql`select claimed_count as count from coupons where id = ${couponId}`,
  );
  return { claimed, counter };
}

async function readEffects({ db }: LedgerBrand, members: readonly Shopper[]) {
  const ids = members.map(({ memberId }) => memberId);
  const effects = await sql<{ purchases: number; paid: number; earned: number; held: number }>`
    select (select count(*) from purchases where member_id = any(${ids})) as purchases,
           (select count(*) from points_transactions where member_id = any(${ids}) and reason = 'paid') as paid,
           (select count(*) from points_transactions where member_id = any(${ids}) and reason = 'purchase') as earned,
           (select sum(balance)::bigint from points_accounts where member_id = any(${ids})) as held`.execute(
    db,
  );
  return effects.rows[0] ?? { purchases: 0, paid: 0, earned: 0, held: 0 };
}
