import { afterEach, describe, expect, it } from 'vitest';
import { endDueClaims } from '#features/coupons/end-claims-job.ts';
import { readHeldClaims } from '#features/coupons/held-claims-reads.ts';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { type RedeemingReceipt, redeemClaim } from '#features/coupons/redeem-claim.ts';
import { type UndoneUses, undoRedemption } from '#features/coupons/undo-redemption.ts';
import { addMs } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeCoupon, makeMember, makeStore, noon, system, today } from './cast.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const store = await makeStore(db, 'xinyi', '信義店');
const east = await makeStore(db, 'east', '東區店');
const memberId = await makeMember(db, 1);
const hourMs = 3_600_000;

let issued = 0;
async function hold(couponKey: string): Promise<number> {
  const given = await transact((tx) =>
    issueCoupon(tx, {
      couponKey,
      memberId,
      issueKey: `test:${issued++}`,
      now: noon,
      today,
      actor: system,
      source: 'job',
    }),
  );
  if (!given.ok) throw new Error(given.reason);
  return given.claimId;
}

const receipt = (over: Partial<RedeemingReceipt> = {}): RedeemingReceipt => ({
  store,
  channel: 'store',
  receiptNo: 'A1',
  receiptOn: today,
  at: noon,
  purchaseId: null,
  basket: null,
  ...over,
});

const redeem = (
  claimId: number,
  over: Partial<RedeemingReceipt> = {},
  spending: 'free' | 'held' | 'locked' = 'free',
  now = noon,
) =>
  transact((tx) =>
    redeemClaim(tx, {
      claimId,
      memberId,
      receipt: receipt(over),
      spending,
      now,
      actor: system,
      source: 'api',
    }),
  );

const undo = (of: UndoneUses, on = today) =>
  transact((tx) =>
    undoRedemption(tx, { of, reason: 'returned', now: noon, today: on, actor: system, source: 'api' }),
  );

async function makePurchase(receiptNo: string, on = today): Promise<number> {
  const made = await sql<{ id: number }>`
    insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd, request_hash)
    values (${store.id}, ${receiptNo}, ${on}, ${noon}, 'store', ${memberId}, 1000, ${Buffer.alloc(32)})
    returning id`.execute(db);
  return made.rows[0]?.id ?? 0;
}

const readClaim = (claimId: number) =>
  db.selectFrom('coupon_claims').selectAll().where('id', '=', claimId).executeTakeFirstOrThrow();

await makeCoupon(db, { key: 'plain', isClaimable: false, perMember: 1_000 });
await makeCoupon(db, {
  key: 'tea-xinyi',
  perMember: 1_000,
  storeCodes: ['xinyi'],
  channels: ['store'],
  categories: ['茶'],
  minSpendTwd: 500,
});

describe('a coupon at the till', () => {
  it('is used once, and again only for the very same receipt', async () => {
    const claimId = await hold('plain');
    const first = await redeem(claimId);
    expect(first).toMatchObject({ ok: true, isNew: true, couponKey: 'plain' });
    expect(await redeem(claimId)).toEqual({ ...first, isNew: false });
    expect(await redeem(claimId, { receiptNo: 'A2' })).toEqual({ ok: false, reason: 'already_redeemed' });
    expect(await redeem(claimId, { receiptOn: '2026-11-22', at: addMs(noon, 24 * hourMs) })).toEqual({
      ok: false,
      reason: 'already_redeemed',
    });
  });

  it('is tied to the purchase that follows on the same receipt, and to no second one', async () => {
    const claimId = await hold('plain');
    await redeem(claimId, { receiptNo: 'T1' });
    const purchaseId = await makePurchase('T1');
    expect(await redeem(claimId, { receiptNo: 'T1', purchaseId })).toMatchObject({ ok: true, isNew: false });
    expect(await readClaim(claimId)).toMatchObject({ redeemed_purchase_id: purchaseId });
    const other = await makePurchase('T2');
    expect(await redeem(claimId, { receiptNo: 'T1', purchaseId: other })).toMatchObject({
      reason: 'already_redeemed',
    });
  });

  it('is tied to a purchase of the same number up to twelve hours away, across midnight', async () => {
    const claimId = await hold('plain');
    await redeem(claimId, { receiptNo: 'M1' });
    const at = addMs(noon, 12 * hourMs);
    const next = { receiptNo: 'M1', receiptOn: '2026-11-22' };
    expect(await redeem(claimId, { ...next, at: addMs(at, 1) })).toMatchObject({ ok: false });
    expect(await redeem(claimId, { ...next, at, store: east })).toMatchObject({ ok: false });
    expect(await redeem(claimId, { ...next, at, receiptNo: 'M2' })).toMatchObject({ ok: false });
    const purchaseId = await makePurchase('M1', '2026-11-22');
    expect(await redeem(claimId, { ...next, at, purchaseId })).toMatchObject({ ok: true, isNew: false });
    expect(await readClaim(claimId)).toMatchObject({ redeemed_purchase_id: purchaseId });
    expect(await redeem(claimId, { receiptNo: 'M1' })).toEqual({ ok: false, reason: 'already_redeemed' });
  });

  it('works on its last day and not after it', async () => {
    const { ends_on: endsOn } = await readClaim(await hold('plain'));
    expect(endsOn).toBe('2026-12-21');
    expect(await redeem(await hold('plain'), { receiptOn: '2026-12-21' })).toMatchObject({ ok: true });
    expect(await redeem(await hold('plain'), { receiptOn: '2026-12-22' })).toEqual({
      ok: false,
      reason: 'ended',
    });
  });

  it('works for a receipt of its last day that arrives after the nightly job', async () => {
    const claimId = await hold('plain');
    expect(await endDueClaims(db, '2026-12-21')).toBe(0);
    expect(await endDueClaims(db, '2026-12-22')).toBeGreaterThan(0);
    expect(await readClaim(claimId)).toMatchObject({ state: 'ended' });
    expect(await redeem(claimId, { receiptOn: '2026-12-21', receiptNo: 'late' })).toMatchObject({ ok: true });
  });

  it.each([
    ['other_store', { store: east }],
    ['other_channel', { channel: 'online' as const }],
    ['other_category', { basket: [{ category: '蛋糕', priceTwd: 2_000 }] }],
    ['below_min_spend', { basket: [{ category: '茶', priceTwd: 499 }] }],
  ])('is refused with %s and stays in hand', async (reason, over) => {
    const claimId = await hold('tea-xinyi');
    expect(await redeem(claimId, over)).toEqual({ ok: false, reason });
    expect(await readClaim(claimId)).toMatchObject({ state: 'held' });
  });

  it('is refused while spending is held or locked', async () => {
    const claimId = await hold('plain');
    expect(await redeem(claimId, {}, 'held')).toEqual({ ok: false, reason: 'spending_held' });
    expect(await redeem(claimId, {}, 'locked')).toEqual({ ok: false, reason: 'spending_locked' });
  });

  it('of somebody else is unknown', async () => {
    const claimId = await hold('plain');
    const strangerId = await makeMember(db, 2);
    const outcome = await transact((tx) =>
      redeemClaim(tx, {
        claimId,
        memberId: strangerId,
        receipt: receipt(),
        spending: 'free',
        now: noon,
        actor: system,
        source: 'api',
      }),
    );
    expect(outcome).toEqual({ ok: false, reason: 'unknown_claim' });
  });
});

describe('taking a use back', () => {
  it('leaves the claim exactly as before, once, and says so in the audit', async () => {
    const claimId = await hold('plain');
    const before = await readClaim(claimId);
    const used = await redeem(claimId, { receiptNo: 'U1' });
    if (!used.ok) throw new Error(used.reason);
    expect(await undo({ redemptionId: used.redemptionId })).toMatchObject({
      ok: true,
      undone: [{ claimId }],
    });
    expect(await readClaim(claimId)).toEqual(before);
    expect(await undo({ redemptionId: used.redemptionId })).toEqual({ ok: false, reason: 'already_undone' });
    expect(await undo({ redemptionId: 999_999 })).toEqual({ ok: false, reason: 'unknown_redemption' });
    const audit = await sql<{ action: string }>`
      select action from audit_entries where subject_id = ${String(used.redemptionId)}
        and subject_kind = 'coupon_redemption'`.execute(db);
    expect(audit.rows).toEqual([{ action: 'coupon.redemption_undone' }]);
    expect(await redeem(claimId, { receiptNo: 'U2' })).toMatchObject({ ok: true, isNew: true });
  });

  it('keeps the old end of a use that was a mistake, though it has passed', async () => {
    const claimId = await hold('plain');
    const used = await redeem(claimId, { receiptNo: 'U4' });
    if (!used.ok) throw new Error(used.reason);
    expect(await undo({ redemptionId: used.redemptionId }, '2027-01-10')).toMatchObject({
      undone: [{ endsOn: '2026-12-21' }],
    });
    expect(await readHeldClaims(db, memberId, '2027-01-10')).toEqual([]);
    await endDueClaims(db, '2027-01-10');
    expect(await readClaim(claimId)).toMatchObject({ state: 'ended' });
  });

  it('gives a week where the end of a coupon in a returned purchase has passed meanwhile', async () => {
    const claimId = await hold('plain');
    const purchaseId = await makePurchase('U3');
    await redeem(claimId, { receiptNo: 'U3', purchaseId });
    const of = { purchaseId, memberId, storeId: store.id, receiptNo: 'U3', receiptOn: today, at: noon };
    expect(await undo(of, '2027-01-10')).toMatchObject({ undone: [{ claimId, endsOn: '2027-01-17' }] });
    expect((await readHeldClaims(db, memberId, '2027-01-17')).map((held) => held.claimId)).toEqual([claimId]);
  });

  it('finds all coupons of a purchase, those redeemed by themselves for its receipt too', async () => {
    const [tied, alone, other] = [await hold('plain'), await hold('plain'), await hold('plain')];
    const purchaseId = await makePurchase('P1');
    await redeem(tied ?? 0, { receiptNo: 'P1', purchaseId });
    await redeem(alone ?? 0, { receiptNo: 'P1' });
    await redeem(other ?? 0, { receiptNo: 'P1', receiptOn: '2026-11-20' }, 'free', addMs(noon, -13 * hourMs));
    const of = { purchaseId, memberId, storeId: store.id, receiptNo: 'P1', receiptOn: today, at: noon };
    const outcome = await undo(of);
    expect(outcome.ok && outcome.undone.map((use) => use.claimId)).toEqual([tied, alone]);
    expect(await undo(of)).toEqual({ ok: true, undone: [] });
  });

  it('finds the coupon that its buyer redeemed by itself before midnight, and nobody else their own', async () => {
    const before = addMs(noon, -11 * hourMs);
    const alone = { receiptNo: 'P2', receiptOn: '2026-11-20', at: before };
    const claimId = await hold('plain');
    await redeem(claimId, alone, 'free', before);
    const purchaseId = await makePurchase('P2');
    const of = { purchaseId, storeId: store.id, receiptNo: 'P2', receiptOn: today, at: noon };
    for (const stranger of [null, memberId + 1_000])
      expect(await undo({ ...of, memberId: stranger })).toEqual({ ok: true, undone: [] });
    expect(await undo({ ...of, memberId })).toMatchObject({ undone: [{ claimId }] });
  });
});

afterEach(async () => {
  const torn = await db
    .selectFrom('coupon_claims as claim')
    .leftJoin('coupon_redemptions as use', (join) =>
      join.onRef('use.claim_id', '=', 'claim.id').on('use.undone_at', 'is', null),
    )
    .select('claim.id')
    .where((eb) => eb('claim.state', '=', 'redeemed').and('use.id', 'is', null))
    .execute();
  expect(torn, 'a redeemed claim has one living use').toEqual([]);
});
