import { describe, expect, it } from 'vitest';
import { changeAudienceMembers } from '#features/audiences/change-audience-members.ts';
import { saveAudience } from '#features/audiences/save-audience.ts';
import { type ClaimCouponOutcome, claimCoupon } from '#features/coupons/claim-coupon.ts';
import { issueCoupons } from '#features/coupons/issue-coupons.ts';
import { redeemClaim } from '#features/coupons/redeem-claim.ts';
import { voidClaim } from '#features/coupons/voiding/void-claim.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { readPoints, readPointsHistory } from '#features/points/points-reads.ts';
import { createTransact } from '#foundation/facts.ts';
import { proveAll } from '#foundation/prove.ts';
import { proofs } from '../../src/proofs.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeCoupon, makeMember, makeStore, noon, system, today } from './cast.ts';

const { db } = await openTestDatabase({ max: 32 });
const transact = createTransact(db, []);
const store = await makeStore(db, 'xinyi', '信義店');

let people = 0;
async function makeSaver(points: number): Promise<number> {
  people += 1;
  const memberId = await makeMember(db, people);
  if (points > 0)
    await transact((tx) => openBalances(tx, [{ memberId, points }], { now: noon, actor: system }));
  return memberId;
}

type Agreed = { points: number | null; spending: 'free' | 'held' | 'locked' };
const claim = (
  couponId: number,
  memberId: number,
  agreed?: Agreed,
  wantedSeq: number | null = null,
): Promise<ClaimCouponOutcome> =>
  transact((tx) =>
    claimCoupon(tx, {
      couponId,
      memberId,
      wantedSeq,
      tierKey: 'general',
      now: noon,
      today,
      ...(agreed && { agreed }),
      actor: system,
      source: 'chat',
    }),
  );
const agree = (points: number): Agreed => ({ points, spending: 'free' });
const held = async (memberId: number) => (await readPoints(db, memberId, today)).active;
const makeVoid = (claimId: number) =>
  transact((tx) =>
    voidClaim(tx, { claimId, reason: 'out of stock', now: noon, actor: system, source: 'api' }),
  );

const cup = await makeCoupon(db, {
  key: 'cup',
  title: { 'zh-TW': '品茗杯' },
  reward: { kind: 'gift', name: { 'zh-TW': '手拉坯品茗杯' } },
  pointsPrice: 300,
  perMember: 5,
});
const exchange = (memberId: number) => claim(cup.couponId, memberId, agree(300));

describe('a coupon that costs points', () => {
  it('is asked about first, and costs what was agreed to in the same moment as it is claimed', async () => {
    const memberId = await makeSaver(1_000);
    const asked = { ok: false, reason: 'price_to_agree', pointsPrice: 300, pointsLeft: 700, seq: 1 };
    expect(await claim(cup.couponId, memberId)).toMatchObject(asked);
    expect(await claim(cup.couponId, memberId, agree(299))).toMatchObject(asked);
    expect(await held(memberId)).toBe(1_000);
    expect(await exchange(memberId)).toMatchObject({ ok: true, pointsPaid: 300 });
    expect(await held(memberId)).toBe(700);
    expect(await readPointsHistory(db, memberId)).toMatchObject([
      { reason: 'exchanged', amount: -300 },
      { reason: 'opening', amount: 1_000 },
    ]);
  });

  it('says how many points are missing, and takes none', async () => {
    const memberId = await makeSaver(299);
    expect(await exchange(memberId)).toMatchObject({
      reason: 'too_few_points',
      pointsPrice: 300,
      missing: 1,
    });
    expect(await exchange(await makeSaver(0))).toMatchObject({ reason: 'too_few_points', missing: 300 });
    expect(await held(memberId)).toBe(299);
  });

  it('is not to be had while the member may not spend', async () => {
    const memberId = await makeSaver(1_000);
    for (const spending of ['held', 'locked'] as const)
      expect(await claim(cup.couponId, memberId, { points: 300, spending })).toMatchObject({
        reason: `spending_${spending}`,
      });
    expect(await held(memberId)).toBe(1_000);
  });

  it('is paid once by forty taps on one button', async () => {
    const memberId = await makeSaver(3_000);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, () => claim(cup.couponId, memberId, agree(300), 1)),
    );
    expect(outcomes.filter((each) => each.ok)).toHaveLength(1);
    expect(new Set(outcomes.flatMap((each) => (each.ok ? [] : [each.reason])))).toEqual(
      new Set(['already_claimed']),
    );
    expect(await held(memberId)).toBe(2_700);
  });

  it('is claimed as often as the points last where many taps race for them', async () => {
    const memberId = await makeSaver(700);
    const outcomes = await Promise.all(Array.from({ length: 24 }, () => exchange(memberId)));
    const reasons = outcomes.map((each) => (each.ok ? 'ok' : each.reason)).sort();
    expect(reasons.filter((each) => each === 'ok')).toHaveLength(2);
    expect(new Set(reasons)).toEqual(new Set(['ok', 'too_few_points']));
    expect(await held(memberId)).toBe(100);
  });

  it('leaves the points with all but one of those who race for the last', async () => {
    const { couponId } = await makeCoupon(db, { key: 'last-cup', pointsPrice: 50, quota: 1 });
    const savers = await Promise.all(Array.from({ length: 12 }, () => makeSaver(50)));
    const outcomes = await Promise.all(savers.map((memberId) => claim(couponId, memberId, agree(50))));
    expect(outcomes.filter((each) => each.ok)).toHaveLength(1);
    const left = await Promise.all(savers.map(held));
    expect(left.reduce((sum, points) => sum + points, 0)).toBe(50 * 11);
  });
});

describe('a coupon made void', () => {
  it('is out of the hand for good, and its points are back, once', async () => {
    const memberId = await makeSaver(300);
    const claimed = await exchange(memberId);
    if (!claimed.ok) throw new Error(claimed.reason);
    expect(await makeVoid(claimed.claimId)).toEqual({ ok: true, memberId, pointsBack: 300 });
    expect(await makeVoid(claimed.claimId)).toEqual({ ok: false, reason: 'already_void' });
    expect(await held(memberId)).toBe(300);
    const receipt = {
      store,
      channel: 'store' as const,
      receiptNo: 'V1',
      receiptOn: today,
      at: noon,
      purchaseId: null,
      basket: null,
    };
    const use = (claimId: number) =>
      transact((tx) =>
        redeemClaim(tx, {
          claimId,
          memberId,
          receipt,
          spending: 'free',
          now: noon,
          actor: system,
          source: 'api',
        }),
      );
    expect(await use(claimed.claimId)).toEqual({ ok: false, reason: 'void' });
    const again = await exchange(memberId);
    if (!again.ok) throw new Error(again.reason);
    expect(await use(again.claimId)).toMatchObject({ ok: true });
    expect(await makeVoid(again.claimId)).toEqual({ ok: false, reason: 'redeemed' });
    expect(await makeVoid(999_999)).toEqual({ ok: false, reason: 'unknown_claim' });
  });

  it('does not count against the number per member, and is claimed anew once by many taps', async () => {
    const { couponId } = await makeCoupon(db, { key: 'one-each' });
    const memberId = await makeSaver(0);
    const first = await claim(couponId, memberId);
    if (!first.ok) throw new Error(first.reason);
    expect(await claim(couponId, memberId)).toMatchObject({ reason: 'already_claimed', isLimit: true });
    await makeVoid(first.claimId);
    const taps = await Promise.all(Array.from({ length: 20 }, () => claim(couponId, memberId)));
    expect(taps.filter((each) => each.ok)).toHaveLength(1);
    for (const tap of taps)
      if (!tap.ok) expect(tap).toMatchObject({ reason: 'already_claimed', isLimit: true, next: null });
  });

  it('can be claimed once for each that is voided while the member taps', async () => {
    const { couponId } = await makeCoupon(db, { key: 'two-each', perMember: 2 });
    const memberId = await makeSaver(0);
    const taken = [await claim(couponId, memberId), await claim(couponId, memberId)];
    const outcomes = await Promise.all([
      ...taken.map((each) => makeVoid(each.ok ? each.claimId : 0)),
      ...Array.from({ length: 20 }, () => claim(couponId, memberId)),
    ]);
    const more = [await claim(couponId, memberId), await claim(couponId, memberId)];
    expect([...outcomes.slice(2), ...more].filter((each) => each.ok)).toHaveLength(2);
  });

  it('is replaced by a rule that gives it to many, too', async () => {
    const { couponId } = await makeCoupon(db, { key: 'by-rule' });
    const [voided, kept] = [await makeSaver(0), await makeSaver(0)];
    for (const memberId of [voided, kept]) {
      const claimed = await claim(couponId, memberId);
      if (claimed.ok && memberId === voided) await makeVoid(claimed.claimId);
    }
    const gifts = [voided, kept].map((memberId) => ({ memberId, issueKey: `rule:${memberId}` }));
    const issued = await transact((tx) =>
      issueCoupons(tx, { couponKey: 'by-rule', gifts, now: noon, today, actor: system, source: 'job' }),
    );
    expect(issued.get(`rule:${voided}`)).toMatchObject({ ok: true });
    expect(issued.get(`rule:${kept}`)).toEqual({ ok: false, reason: 'already_claimed' });
  });

  it('is voided or used, never both, when shop and till act at once', async () => {
    const memberId = await makeSaver(1_500);
    for (let round = 0; round < 5; round++) {
      const claimed = await exchange(memberId);
      if (!claimed.ok) throw new Error(claimed.reason);
      const { claimId } = claimed;
      const receipt = {
        store,
        channel: 'store' as const,
        receiptNo: `VR${round}`,
        receiptOn: today,
        at: noon,
        purchaseId: null,
        basket: null,
      };
      const outcomes = await Promise.all([
        makeVoid(claimId),
        transact((tx) =>
          redeemClaim(tx, {
            claimId,
            memberId,
            receipt,
            spending: 'free',
            now: noon,
            actor: system,
            source: 'api',
          }),
        ),
      ]);
      expect(outcomes.filter((each) => each.ok)).toHaveLength(1);
    }
  });
});

describe('a coupon for an audience', () => {
  it('is for its people alone, as they are when they claim', async () => {
    const at = { now: noon, actor: system };
    await transact((tx) => saveAudience(tx, { key: 'tasters', name: '試飲會', ...at }));
    const { couponId } = await makeCoupon(db, { key: 'tasting', audienceKeys: ['tasters'] });
    const [inside, outside] = [await makeSaver(0), await makeSaver(0)];
    const change = (add: number[], remove: number[]) =>
      transact((tx) => changeAudienceMembers(tx, { key: 'tasters', add, remove, ...at }));
    expect(await change([inside, outside], [])).toMatchObject({ added: 2, memberCount: 2 });
    expect(await change([inside], [outside])).toMatchObject({ added: 0, removed: 1, memberCount: 1 });
    expect(await claim(couponId, outside)).toMatchObject({ ok: false, reason: 'other_audience' });
    expect(await claim(couponId, inside)).toMatchObject({ ok: true, pointsPaid: null });
  });
});

it('leaves books that prove themselves', async () => {
  expect((await proveAll(db, proofs)).first).toBeNull();
});
