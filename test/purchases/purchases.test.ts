import { describe, expect, it } from 'vitest';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { redeemClaim } from '#features/coupons/redeem-claim.ts';
import type { Person } from '#features/members/person-reads.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { purchaseRecorded } from '#features/purchases/purchases-facts.ts';
import { readStoreByCode } from '#features/stores/store-reads.ts';
import { addMs } from '#foundation/clock.ts';
import { type Fact, reactTo } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { nextPhone, noon, openPerson, tester } from '../support/shop.ts';
import { openTill } from '../support/till.ts';

const facts: Fact[] = [];
const till = await openTill(await openTestDatabase({ max: 20 }), {
  reactions: [reactTo(purchaseRecorded, 'listen', async (_tx, fact) => void facts.push(fact))],
});
const today = '2026-11-21';
const pointsOf = (person: Person) => readPoints(till.db, person.memberId, today);

async function openMember(points = 0): Promise<Person> {
  const person = await openPerson(till.db);
  await till.transact((tx) =>
    openBalances(tx, [{ memberId: person.memberId, points }], { now: noon, actor: tester }),
  );
  return person;
}

async function giveCoupon(person: Person, couponKey = 'referral'): Promise<number> {
  const issued = await till.transact((tx) =>
    issueCoupon(tx, {
      couponKey,
      memberId: person.memberId,
      issueKey: `test:${couponKey}:${person.memberId}:${Math.random()}`,
      now: noon,
      today,
      actor: tester,
      source: 'test',
    }),
  );
  if (!issued.ok) throw new Error(issued.reason);
  return issued.claimId;
}
const stateOf = async (claimId: number) =>
  (await till.db.selectFrom('coupon_claims').select('state').where('id', '=', claimId).executeTakeFirst())
    ?.state;
const hold = (person: Person, until: Date) =>
  till.db
    .updateTable('members')
    .set({ spending_held_until: until })
    .where('id', '=', person.memberId)
    .execute();

describe('recording a purchase', () => {
  it('gives the points of a store purchase at once', async () => {
    const person = await openMember();
    const { status, body } = await till.buy({ member: { memberNo: person.memberNo } });
    expect([status, body]).toEqual([
      201,
      {
        purchaseId: expect.stringMatching(/^\d+$/),
        memberNo: person.memberNo,
        points: { earned: 12, availableOn: today, balance: 12, bonuses: [] },
      },
    ]);
    expect(await pointsOf(person)).toMatchObject({ active: 12, ending: { on: '2027-12-31', amount: 12 } });
  });

  it('keeps the points of an online purchase back until the return window has passed', async () => {
    const person = await openMember();
    const { body } = await till.buy({ member: { memberNo: person.memberNo }, channel: 'online' });
    expect(body).toMatchObject({ points: { earned: 12, availableOn: '2026-11-28', balance: 0 } });
    expect(await pointsOf(person)).toMatchObject({
      active: 0,
      pending: 12,
      nextPending: [{ on: '2026-11-28', amount: 12 }],
    });
  });

  it('takes a customer nobody knows', async () => {
    expect(await till.buy({ member: null })).toMatchObject({
      status: 201,
      body: { memberNo: null, points: null },
    });
  });

  it('makes an unbound member of an unknown phone, found again at the next purchase', async () => {
    const phone = nextPhone();
    const first = await till.buy({ member: { phone } });
    const second = await till.buy({ member: { phone } });
    expect(first.body).toMatchObject({
      memberNo: expect.stringMatching(/^\d{10}$/),
      points: { balance: 12 },
    });
    expect(second.body).toMatchObject({
      memberNo: (first.body as { memberNo: string }).memberNo,
      points: { balance: 24 },
    });
  });

  it('says in its fact whether it is the first', async () => {
    const person = await openMember();
    facts.length = 0;
    await till.buy({ member: { memberNo: person.memberNo } });
    await till.buy({ member: { memberNo: person.memberNo } });
    expect(facts.map((fact) => [fact.memberId, (fact.data as { isFirst: boolean }).isFirst])).toEqual([
      [person.memberId, true],
      [person.memberId, false],
    ]);
  });

  it('does one thing when the same receipt comes twenty times at once, and answers alike', async () => {
    const person = await openMember();
    const receipt = till.receipt({ member: { memberNo: person.memberNo } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => till.call('POST', '/purchases', receipt)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await pointsOf(person)).toMatchObject({ active: 12 });
  });

  it('gives the first answer again even after the balance has changed', async () => {
    const person = await openMember();
    const first = await till.buy({ member: { memberNo: person.memberNo } });
    await till.buy({ member: { memberNo: person.memberNo } });
    const again = await till.call('POST', '/purchases', first.receipt);
    expect(again).toEqual({ status: 200, body: first.body });
  });

  it.each([
    ['total', { totalTwd: 1279 }],
    ['member', { member: null }],
    ['points', { pointsPaid: 1 }],
  ])('refuses the same receipt with another %s, without effect', async (_what, over) => {
    const person = await openMember(5);
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo } });
    const before = await pointsOf(person);
    const other = await till.call('POST', '/purchases', { ...receipt, ...over });
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'other_content' } } });
    expect(await pointsOf(person)).toEqual(before);
  });

  it('takes one receipt number from two stores, and from two days', async () => {
    const receipt = till.receipt();
    const answers = [
      await till.call('POST', '/purchases', receipt),
      await till.call('POST', '/purchases', { ...receipt, storeCode: 'banqiao' }),
      // 23:30 in Taipei is the day before.
      await till.call('POST', '/purchases', { ...receipt, purchasedAt: '2026-11-20T15:30:00Z' }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
  });

  it('reads the same instant in another zone as the same content', async () => {
    const { receipt, body } = await till.buy();
    expect(
      await till.call('POST', '/purchases', { ...receipt, purchasedAt: '2026-11-21T04:00:00Z' }),
    ).toEqual({
      status: 200,
      body,
    });
  });

  const line = {
    lineNo: 1,
    sku: 'A',
    name: 'A',
    category: 'C',
    quantity: 1,
    unitPriceTwd: 100,
    discountTwd: 0,
  };
  const one = (over: object) => ({ lines: [{ ...line, ...over }], totalTwd: 0 });
  it.each<[string, string, object]>([
    ['totalTwd', 'exceeds_lines', { totalTwd: 1281 }],
    ['totalTwd', 'too_small', { totalTwd: -1 }],
    ['totalTwd', 'invalid_type', { totalTwd: 0.5 }],
    ['totalTwd', 'invalid_type', { totalTwd: '1280' }],
    ['totalTwd', 'invalid_type', { totalTwd: null }],
    ['totalTwd', 'too_big', { totalTwd: 1e12 }],
    ['currency', 'unknown_field', { currency: 'USD' }],
    ['storeCode', 'unknown_store', { storeCode: 'nowhere' }],
    ['storeCode', 'invalid_format', { storeCode: 'no where' }],
    ['receiptNo', 'invalid_format', { receiptNo: '' }],
    ['receiptNo', 'invalid_format', { receiptNo: 'x'.repeat(61) }],
    ['receiptNo', 'unstorable_text', { receiptNo: 'a\u0000b' }],
    ['purchasedAt', 'in_future', { purchasedAt: '2026-11-22T12:00:01+08:00' }],
    ['purchasedAt', 'invalid_format', { purchasedAt: '2026-11-21T12:00:00' }],
    ['purchasedAt', 'invalid_format', { purchasedAt: '2026-11-21' }],
    ['purchasedAt', 'invalid_format', { purchasedAt: '2026-02-29T12:00:00Z' }],
    ['purchasedAt', 'custom', { purchasedAt: '1999-12-31T23:59:59Z' }],
    ['channel', 'invalid_value', { channel: 'phone' }],
    ['member', 'exactly_one', { member: {} }],
    ['member', 'exactly_one', { member: { phone: '0912345678', memberNo: '1' } }],
    ['member', 'invalid_type', { member: 'me' }],
    ['member.name', 'unknown_field', { member: { name: 'A' } }],
    ['member.memberNo', 'unknown_member', { member: { memberNo: '1234567890' } }],
    ['member.memberNo', 'invalid_type', { member: { memberNo: 1234567890 } }],
    ['member.phone', 'bad_phone', { member: { phone: '02-2345-6789' } }],
    ['member.phone', 'bad_phone', { member: { phone: '091234567' } }],
    ['member.memberCode', 'bad_code', { member: { memberCode: 'https://evil.example/' } }],
    ['member', 'member_needed', { pointsPaid: 1 }],
    ['member', 'member_needed', { claimIds: ['1'] }],
    ['pointsPaid', 'too_small', { pointsPaid: -1 }],
    ['pointsPaid', 'invalid_type', { pointsPaid: 1.5 }],
    ['claimIds.0', 'invalid_format', { claimIds: ['1e3'] }],
    ['claimIds.0', 'invalid_type', { claimIds: [1] }],
    ['claimIds.1', 'duplicate', { claimIds: ['1', '1'] }],
    ['lines', 'too_small', { lines: [] }],
    ['lines.0.quantity', 'too_small', one({ quantity: 0 })],
    ['lines.0.quantity', 'too_small', one({ quantity: -1 })],
    ['lines.0.quantity', 'invalid_type', one({ quantity: 0.5 })],
    ['lines.0.unitPriceTwd', 'too_small', one({ unitPriceTwd: -1 })],
    ['lines.0.unitPriceTwd', 'too_big', one({ unitPriceTwd: 100_000_001 })],
    ['lines.0.unitPriceTwd', 'too_big', one({ unitPriceTwd: 100_000_000, quantity: 2 })],
    ['lines.0.discountTwd', 'exceeds_line', one({ discountTwd: 101 })],
    ['lines.0.lineNo', 'too_small', one({ lineNo: 0 })],
    ['lines.0.sku', 'invalid_type', one({ sku: undefined })],
    ['lines.1.lineNo', 'duplicate', { lines: [line, line], totalTwd: 0 }],
  ])('refuses a bad %s (%s)', async (path, code, over) => {
    const { status, body } = await till.buy(over);
    const { error } = body as { error: { fields: { path: string; code: string }[] } };
    const [first] = error.fields;
    expect([status, first?.path, first?.code]).toEqual([422, path, code]);
  });

  it('does nothing at all when it refuses', async () => {
    const phone = nextPhone();
    const before = await till.db.selectFrom('members').select('id').execute();
    const { status } = await till.buy({ member: { phone }, pointsPaid: 5 });
    expect(status).toBe(422);
    expect(await till.db.selectFrom('members').select('id').execute()).toHaveLength(before.length);
  });

  it('is behind the scope purchases', async () => {
    const authorization = `Bearer ${await till.issueKey(['returns', 'stores'])}`;
    expect((await till.call('POST', '/purchases', till.receipt(), { authorization })).status).toBe(403);
  });
});

describe('paying with points', () => {
  it('debits them, and earns on the rest only', async () => {
    const person = await openMember(500);
    const { body } = await till.buy({ member: { memberNo: person.memberNo }, pointsPaid: 300 });
    expect(body).toMatchObject({ points: { earned: 9, balance: 209 } });
  });

  it('refuses more than the member holds, more than the total, and all while spending is held', async () => {
    const person = await openMember(2000);
    const pay = async (pointsPaid: number) => {
      const { status, body } = await till.buy({ member: { memberNo: person.memberNo }, pointsPaid });
      return [status, (body as { error?: { fields: object[] } }).error?.fields];
    };
    expect(await pay(2001)).toMatchObject([422, [{ path: 'pointsPaid', code: 'points_above_total' }]]);
    const poor = await openMember(99);
    const { body } = await till.buy({ member: { memberNo: poor.memberNo }, pointsPaid: 100 });
    expect(body).toMatchObject({ error: { fields: [{ path: 'pointsPaid', code: 'too_few_points' }] } });
    await hold(person, addMs(noon, 3_600_000));
    expect(await pay(1)).toMatchObject([422, [{ path: 'pointsPaid', code: 'spending_held' }]]);
    expect(await pay(0)).toMatchObject([201, undefined]);
  });

  it('lets two tills spend the last points once', async () => {
    const person = await openMember(100);
    const tries = await Promise.all(
      Array.from({ length: 10 }, () =>
        till.buy({ member: { memberNo: person.memberNo }, pointsPaid: 100, totalTwd: 100 }),
      ),
    );
    expect(tries.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(await pointsOf(person)).toMatchObject({ active: 0 });
  });
});

describe('coupons in a purchase', () => {
  it('are redeemed with it', async () => {
    const person = await openMember();
    const claimId = await giveCoupon(person);
    const { status } = await till.buy({ member: { memberNo: person.memberNo }, claimIds: [String(claimId)] });
    expect([status, await stateOf(claimId)]).toEqual([201, 'redeemed']);
  });

  it('are accepted when they were redeemed for this very receipt, and refused for another', async () => {
    const person = await openMember();
    const claimId = await giveCoupon(person);
    const receipt = till.receipt({ member: { memberNo: person.memberNo }, claimIds: [String(claimId)] });
    const store = await readStoreByCode(till.db, 'xinyi');
    await till.transact((tx) =>
      redeemClaim(tx, {
        claimId,
        memberId: person.memberId,
        receipt: {
          store: { id: store?.storeId as number, code: 'xinyi' },
          channel: 'store',
          receiptNo: receipt.receiptNo as string,
          receiptOn: today,
          at: noon,
          purchaseId: null,
          basket: null,
        },
        spending: 'free',
        now: noon,
        actor: tester,
        source: 'test',
      }),
    );
    const other = await till.call('POST', '/purchases', { ...receipt, receiptNo: 'another' });
    expect(other).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'claimIds.0', code: 'already_redeemed' }] } },
    });
    expect((await till.call('POST', '/purchases', receipt)).status).toBe(201);
  });

  it('are refused below their minimum, to other members and while spending is held, by their place', async () => {
    const person = await openMember();
    const welcome = await giveCoupon(person, 'welcome');
    const good = await giveCoupon(person);
    const cheap = [{ lineNo: 1, sku: 'A', name: 'A', category: 'C', quantity: 1, unitPriceTwd: 499 }];
    const told = { member: { memberNo: person.memberNo }, claimIds: [String(good), String(welcome)] };
    const below = await till.buy({ ...told, lines: cheap, totalTwd: 499 });
    expect(below.body).toMatchObject({
      error: { fields: [{ path: 'claimIds.1', code: 'below_min_spend' }] },
    });
    expect(await stateOf(good)).toBe('held');

    const stranger = await openMember();
    const theirs = await till.buy({ ...told, member: { memberNo: stranger.memberNo } });
    expect(theirs.body).toMatchObject({ error: { fields: [{ path: 'claimIds.1', code: 'unknown_claim' }] } });
    // Claims are locked in the order of their ids, so the older one is looked at first.
    await hold(person, addMs(noon, 1000));
    const held = await till.buy(told);
    expect(held.body).toMatchObject({ error: { fields: [{ path: 'claimIds.1', code: 'spending_held' }] } });
  });
});
