import { describe, expect, it } from 'vitest';
import { type ClaimCouponOutcome, claimCoupon } from '#features/coupons/claim-coupon.ts';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { redeemClaim } from '#features/coupons/redeem-claim.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeCoupon, makeMember, makeStore, noon, system, today } from './cast.ts';

const { db } = await openTestDatabase({ max: 32 });
const members = await Promise.all(Array.from({ length: 100 }, (_, n) => makeMember(db, n + 1)));

const claim = (
  couponId: number,
  memberId: number,
  wantedSeq: number | null = null,
): Promise<ClaimCouponOutcome> =>
  db.transaction().execute((tx) =>
    claimCoupon(tx, {
      couponId,
      memberId,
      wantedSeq,
      tierKey: 'general',
      now: noon,
      today,
      actor: system,
      source: 'chat',
    }),
  );

/** `count` claims over 32 connections at a time. */
async function rush(
  count: number,
  work: (n: number) => Promise<ClaimCouponOutcome>,
): Promise<ClaimCouponOutcome[]> {
  const outcomes: ClaimCouponOutcome[] = [];
  let next = 0;
  const runner = async () => {
    while (next < count) outcomes.push(await work(next++));
  };
  await Promise.all(Array.from({ length: 32 }, runner));
  return outcomes;
}

const tally = (outcomes: readonly { ok: boolean; reason?: string }[]) => {
  const counts: Record<string, number> = {};
  for (const { ok, reason = '' } of outcomes)
    counts[ok ? 'ok' : reason] = (counts[ok ? 'ok' : reason] ?? 0) + 1;
  return counts;
};

async function countClaims(couponId: number) {
  const claims = await db
    .selectFrom('coupon_claims')
    .select('id')
    .where('coupon_id', '=', couponId)
    .execute();
  const coupon = await db
    .selectFrom('coupons')
    .select('claimed_count')
    .where('id', '=', couponId)
    .executeTakeFirstOrThrow();
  return { claims: claims.length, counter: coupon.claimed_count };
}

describe('coupons under a rush', () => {
  it('are claimed exactly as often as there are', async () => {
    const { couponId } = await makeCoupon(db, { key: 'rush', quota: 50, perMember: 6 });
    const outcomes = await rush(600, (n) => claim(couponId, members[n % 100] ?? 0));
    expect(tally(outcomes)).toEqual({ ok: 50, sold_out: 550 });
    expect(await countClaims(couponId)).toEqual({ claims: 50, counter: 50 });
  });

  it('are claimed once by each member however often they tap', async () => {
    const { couponId } = await makeCoupon(db, { key: 'taps', quota: 100 });
    const outcomes = await rush(1_000, (n) => claim(couponId, members[n % 25] ?? 0));
    expect(tally(outcomes)).toEqual({ ok: 25, already_claimed: 975 });
    expect(await countClaims(couponId)).toEqual({ claims: 25, counter: 25 });
  });

  it('are claimed once by ten taps on one button where a member may have several', async () => {
    const { couponId } = await makeCoupon(db, { key: 'several', perMember: 3 });
    const [member = 0] = members;
    expect(tally(await Promise.all(Array.from({ length: 10 }, () => claim(couponId, member, 1))))).toEqual({
      ok: 1,
      already_claimed: 9,
    });
    expect(tally(await Promise.all(Array.from({ length: 10 }, () => claim(couponId, member, 2))))).toEqual({
      ok: 1,
      already_claimed: 9,
    });
    expect(await countClaims(couponId)).toEqual({ claims: 2, counter: 2 });
  });

  it('are issued once per key by rules that run at the same time', async () => {
    const { couponId } = await makeCoupon(db, { key: 'given', isClaimable: false, perMember: 100, quota: 5 });
    const issued = await Promise.all(
      Array.from({ length: 20 }, () =>
        db.transaction().execute((tx) =>
          issueCoupon(tx, {
            couponKey: 'given',
            memberId: members[0] ?? 0,
            issueKey: 'birthday:2026:1',
            now: noon,
            today,
            actor: system,
            source: 'job',
          }),
        ),
      ),
    );
    expect(new Set(issued.map((each) => each.ok && each.claimId)).size).toBe(1);
    expect(issued.filter((each) => each.ok && each.isNew)).toHaveLength(1);
    expect(await countClaims(couponId)).toEqual({ claims: 1, counter: 1 });
  });

  it('are redeemed once at two tills at the same moment', async () => {
    const { couponId } = await makeCoupon(db, { key: 'two-tills' });
    const store = await makeStore(db, 'xinyi', '信義店');
    for (const memberId of members.slice(0, 30)) {
      const held = await claim(couponId, memberId);
      if (!held.ok) throw new Error(held.reason);
      const outcomes = await Promise.all(
        ['A1', 'B1'].map((receiptNo) =>
          db.transaction().execute((tx) =>
            redeemClaim(tx, {
              claimId: held.claimId,
              memberId,
              receipt: {
                store,
                channel: 'store',
                receiptNo,
                receiptOn: today,
                at: noon,
                purchaseId: null,
                basket: null,
              },
              spending: 'free',
              now: noon,
              actor: system,
              source: 'api',
            }),
          ),
        ),
      );
      expect(tally(outcomes)).toEqual({ ok: 1, already_redeemed: 1 });
    }
    const uses = await db.selectFrom('coupon_redemptions').select('id').execute();
    expect(uses).toHaveLength(30);
  });
});
