import { describe, expect, it } from 'vitest';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { sql } from '#foundation/db.ts';
import { makeCoupon, makeMember } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { tester } from '../support/shop.ts';
import { openStaffHouse, pin, type StaffMember, type Visitor } from '../support/staff-client.ts';

const house = await openStaffHouse(await openTestDatabase());
const owner = await house.hire('owner');
const memberId = await makeMember(house.db, 1);
const member = await sql<{ memberNo: string }>`
  select member_no as "memberNo" from members where id = ${memberId}`.execute(house.db);
const memberNo = member.rows[0]?.memberNo as string;

let issued = 0;
/** A coupon that the member holds. @returns its claim */
async function giveCoupon(): Promise<string> {
  const key = `tea-${issued++}`;
  await makeCoupon(house.db, { key });
  const given = await house.context.transact((tx) =>
    issueCoupon(tx, {
      couponKey: key,
      memberId,
      issueKey: `test:${key}`,
      now: house.clock.now(),
      today: '2026-11-21',
      actor: tester,
      source: 'job',
    }),
  );
  if (!given.ok) throw new Error(given.reason);
  return String(given.claimId);
}

async function atCounter(who: StaffMember, store: 'xinyi' | 'banqiao' = 'xinyi') {
  const { counter, deviceId } = await house.pair(await house.signIn(owner), store);
  expect((await counter.post('/device/switch', { staffId: String(who.id), pin })).status).toBe(200);
  return { counter, deviceId: Number(deviceId) };
}

const receipt = (storeCode: string, receiptNo: string) => ({
  storeCode,
  receiptNo,
  purchasedAt: '2026-11-21T11:00:00+08:00',
  channel: 'store',
  member: null,
  lines: [
    {
      lineNo: 1,
      sku: 'TEA-1',
      name: '高山茶',
      category: '茶葉',
      quantity: 1,
      unitPriceTwd: 500,
      discountTwd: 0,
    },
  ],
  totalTwd: 500,
  pointsPaid: 0,
  claimIds: [],
});
const redeem = (by: Visitor, storeCode: string, claimId: string) =>
  by.post('/coupon-redemptions', { memberNo, claimId, storeCode, receiptNo: `R-${claimId}` });
const codeOf = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [
  status,
  body.error?.code,
];

describe('what is done in a store', () => {
  it('is done by those who work there, and on a shared device for its own store only', async () => {
    const both = await house.hire('clerk', { stores: ['xinyi', 'banqiao'] });
    const { counter } = await atCounter(both, 'xinyi');
    expect(codeOf(await counter.post('/purchases', receipt('banqiao', 'P-1')))).toEqual([403, 'forbidden']);
    expect((await counter.post('/purchases', receipt('xinyi', 'P-1'))).status).toBe(201);
    const slip = {
      storeCode: 'banqiao',
      returnNo: 'B-1',
      returnedAt: '2026-11-21T11:30:00+08:00',
      purchaseStoreCode: 'xinyi',
      receiptNo: 'P-1',
      purchasedOn: '2026-11-21',
      full: true,
    };
    expect(codeOf(await counter.post('/returns', slip))).toEqual([403, 'forbidden']);
    const claimId = await giveCoupon();
    expect(codeOf(await redeem(counter, 'banqiao', claimId))).toEqual([403, 'forbidden']);
    const elsewhere = await house.hire('manager', { stores: ['banqiao'] });
    expect(codeOf(await redeem(elsewhere.visitor, 'xinyi', claimId))).toEqual([403, 'forbidden']);
    expect(codeOf(await elsewhere.visitor.post('/purchases', receipt('xinyi', 'P-2')))).toEqual([
      403,
      'forbidden',
    ]);
    expect((await redeem(counter, 'xinyi', claimId)).status).toBe(201);
    // Whether a store exists is no secret to somebody who is signed in.
    expect((await counter.post('/purchases', receipt('nowhere', 'P-3'))).status).toBe(422);
    const rows = await sql<{ receiptNo: string }>`select receipt_no as "receiptNo" from purchases`.execute(
      house.db,
    );
    expect(rows.rows).toEqual([{ receiptNo: 'P-1' }]);
  });

  it('is taken back by a manager of that store, not by one of another, nor by a clerk', async () => {
    const clerk = await house.hire('clerk');
    const { counter } = await atCounter(clerk);
    const { redemptionId } = (await redeem(counter, 'xinyi', await giveCoupon())).body;
    const [here, there] = [await house.hire('manager'), await house.hire('manager', { stores: ['banqiao'] })];
    const path = `/coupon-redemptions/${redemptionId}/void`;
    expect(codeOf(await counter.post(path, {}))).toEqual([403, 'forbidden']);
    expect(codeOf(await there.visitor.post(path, {}))).toEqual([403, 'forbidden']);
    // At a counter of a store where they work, of a coupon that was used in another where they work too.
    const roving = await house.hire('manager', { stores: ['xinyi', 'banqiao'] });
    expect(codeOf(await (await atCounter(roving, 'banqiao')).counter.post(path, {}))).toEqual([
      403,
      'forbidden',
    ]);
    expect((await here.visitor.post(path, {})).status).toBe(200);
    expect(codeOf(await here.visitor.post(path, {}))).toEqual([409, 'already_undone']);
    expect((await here.visitor.post('/coupon-redemptions/999999/void', {})).status).toBe(404);
  });

  it('stands in the log and in the facts under who did it, with the store and the device', async () => {
    const manager = await house.hire('manager');
    const { counter, deviceId } = await atCounter(manager);
    const claimId = await giveCoupon();
    const { redemptionId } = (await redeem(counter, 'xinyi', claimId)).body;
    expect((await counter.post('/purchases', receipt('xinyi', 'P-9'))).status).toBe(201);
    expect((await counter.post(`/coupon-redemptions/${redemptionId}/void`, {})).status).toBe(200);
    const actor = { actor_kind: 'staff', actor_id: String(manager.id) };
    const facts = await sql<Record<string, unknown>>`
      select kind, actor_kind, actor_id from facts where actor_kind = 'staff' and actor_id = ${actor.actor_id}
      order by id`.execute(house.db);
    expect(facts.rows.length).toBeGreaterThanOrEqual(3);
    for (const fact of facts.rows) expect(fact).toMatchObject(actor);
    const noted = await sql<Record<string, unknown>>`
      select action, actor_kind, actor_id, member_id, place from audit_entries
      where actor_id = ${actor.actor_id} and actor_kind = 'staff' and subject_kind <> 'staff' order by id`.execute(
      house.db,
    );
    expect(noted.rows.length).toBeGreaterThanOrEqual(1);
    for (const entry of noted.rows)
      expect(entry).toMatchObject({
        ...actor,
        place: { storeId: house.stores.xinyi.storeId, deviceId, address: expect.stringMatching(/\.0\/24$/) },
      });
  });
});
