import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import type { Person } from '#features/members/person-reads.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { payWithPoints } from '#features/points/pay-with-points.ts';
import { readPoints, readPointsHistory } from '#features/points/points-reads.ts';
import { purchaseReturned } from '#features/purchases/purchases-facts.ts';
import { type Fact, reactTo } from '#foundation/facts.ts';
import { expectCoherent } from '../points/ledger-model.ts';
import { openTestDatabase } from '../support/database.ts';
import { insertPurchaseRow, noon, openPerson, openStore, tester } from '../support/shop.ts';
import { openTill } from '../support/till.ts';

const facts: Fact[] = [];
const till = await openTill(await openTestDatabase({ max: 20 }), {
  reactions: [reactTo(purchaseReturned, 'listen', async (_tx, fact) => void facts.push(fact))],
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
const spendElsewhere = async (person: Person, points: number) => {
  const { storeId } = await openStore(till.db);
  const { memberId } = person;
  const purchaseId = await insertPurchaseRow(till.db, { storeId, memberId, totalTwd: points });
  const of = { memberId, purchaseId, storeId, points, today, now: noon, actor: tester };
  await till.transact((tx) => payWithPoints(tx, of));
};

describe('recording a return', () => {
  it('of everything leaves points as they were before the purchase', async () => {
    const person = await openMember(500);
    const before = await pointsOf(person);
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo }, pointsPaid: 300 });
    const { status, body } = await till.giveBack(receipt);
    expect([status, body]).toMatchObject([
      201,
      { amountTwd: 1280, isFull: true, points: { takenBack: 9, paidBack: 300, balance: 500, debt: 0 } },
    ]);
    expect(await pointsOf(person)).toEqual(before);
    expect(
      (await readPointsHistory(till.db, person.memberId)).map(({ reason, amount }) => [reason, amount]),
    ).toEqual([
      ['returned', -9],
      ['paid_returned', 300],
      ['purchase', 9],
      ['paid', -300],
      ['opening', 500],
    ]);
  });

  it('of a part keeps the points that the rest is worth', async () => {
    const person = await openMember();
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo } });
    const { body } = await till.giveBack(receipt, { lines: [{ lineNo: 1, quantity: 1, amountTwd: 500 }] });
    // NT$780 remain, worth 7 of the 12 points.
    expect(body).toMatchObject({ isFull: false, amountTwd: 500, points: { takenBack: 5, balance: 7 } });
    const rest = await till.giveBack(receipt);
    expect(rest.body).toMatchObject({ isFull: true, amountTwd: 780, points: { takenBack: 7, balance: 0 } });
  });

  it('takes pending points of an online purchase from where they wait', async () => {
    const person = await openMember(50);
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo }, channel: 'online' });
    await till.giveBack(receipt);
    expect(await pointsOf(person)).toMatchObject({ active: 50, pending: 0, debt: 0 });
  });

  it('owes what was spent meanwhile, and later earnings settle that first', async () => {
    const person = await openMember();
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo } });
    await spendElsewhere(person, 12);
    const { body } = await till.giveBack(receipt);
    expect(body).toMatchObject({ points: { takenBack: 12, balance: 0, debt: 12 } });
    await till.buy({ member: { memberNo: person.memberNo }, totalTwd: 1000 });
    expect(await pointsOf(person)).toMatchObject({ active: 0, debt: 2 });
    await till.buy({ member: { memberNo: person.memberNo }, totalTwd: 1000, channel: 'online' });
    expect(await pointsOf(person)).toMatchObject({ active: 0, pending: 8, debt: 0 });
    await expectCoherent(till.db, person.memberId);
  });

  it('gives back used coupons with the last piece, not before', async () => {
    const person = await openMember();
    const issued = await till.transact((tx) =>
      issueCoupon(tx, {
        couponKey: 'referral',
        memberId: person.memberId,
        issueKey: 'returns-test',
        now: noon,
        today,
        actor: tester,
        source: 'test',
      }),
    );
    const claimIds = [String(issued.ok && issued.claimId)];
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo }, claimIds });
    const part = await till.giveBack(receipt, { lines: [{ lineNo: 2, quantity: 1, amountTwd: 280 }] });
    expect(part.body).toMatchObject({ claimIds: [] });
    expect((await till.giveBack(receipt)).body).toMatchObject({ isFull: true, claimIds });
    expect((await till.buy({ member: { memberNo: person.memberNo }, claimIds })).status).toBe(201);
  });

  it('is done once however often the slip comes, and refuses other content under its number', async () => {
    const person = await openMember();
    const { receipt } = await till.buy({ member: { memberNo: person.memberNo } });
    const slip = { returnNo: 'SLIP-1', lines: [{ lineNo: 1, quantity: 1, amountTwd: 500 }] };
    const answers = await Promise.all(Array.from({ length: 12 }, () => till.giveBack(receipt, slip)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(11).fill(200), 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    const other = await till.giveBack(receipt, {
      ...slip,
      lines: [{ lineNo: 1, quantity: 1, amountTwd: 499 }],
    });
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'other_content' } } });
    expect(await pointsOf(person)).toMatchObject({ active: 7 });
  });

  it('never gives back more than was bought when two slips race', async () => {
    const { receipt } = await till.buy();
    const lines = [{ lineNo: 1, quantity: 2, amountTwd: 1000 }];
    const answers = await Promise.all(Array.from({ length: 8 }, () => till.giveBack(receipt, { lines })));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 422)).toHaveLength(7);
  });

  it('is accepted at another store than the one of the purchase', async () => {
    const { receipt } = await till.buy();
    expect((await till.giveBack(receipt, { full: true, storeCode: 'banqiao' })).status).toBe(201);
  });

  it('tells what remains in its fact', async () => {
    const { receipt } = await till.buy();
    facts.length = 0;
    await till.giveBack(receipt, { lines: [{ lineNo: 1, quantity: 1, amountTwd: 500 }] });
    await till.giveBack(receipt);
    expect(facts.map((fact) => fact.data)).toMatchObject([
      { amountTwd: 500, netTwd: 780, isFull: false },
      { amountTwd: 780, netTwd: 0, isFull: true },
    ]);
  });

  it.each<[string, string, object]>([
    ['storeCode', 'unknown_store', { full: true, storeCode: 'nowhere' }],
    ['purchaseStoreCode', 'unknown_store', { full: true, purchaseStoreCode: 'nowhere' }],
    ['receiptNo', 'unknown_purchase', { full: true, purchaseStoreCode: 'banqiao' }],
    ['receiptNo', 'unknown_purchase', { full: true, purchasedOn: '2026-11-20' }],
    ['purchasedOn', 'invalid_format', { full: true, purchasedOn: '2026-02-30' }],
    ['returnedAt', 'before_purchase', { full: true, returnedAt: '2026-11-20T12:00:00+08:00' }],
    ['returnedAt', 'in_future', { full: true, returnedAt: '2026-11-23T12:00:00+08:00' }],
    ['lines', 'exactly_one', {}],
    ['lines', 'exactly_one', { full: true, lines: [{ lineNo: 1, quantity: 1, amountTwd: 1 }] }],
    ['full', 'invalid_value', { full: false }],
    ['lines.0.lineNo', 'unknown_line', { lines: [{ lineNo: 9, quantity: 1, amountTwd: 1 }] }],
    ['lines.0.quantity', 'more_than_bought', { lines: [{ lineNo: 1, quantity: 3, amountTwd: 1 }] }],
    ['lines.0.quantity', 'too_small', { lines: [{ lineNo: 1, quantity: -1, amountTwd: 1 }] }],
    ['lines.0.quantity', 'nothing_returned', { lines: [{ lineNo: 1, quantity: 0, amountTwd: 0 }] }],
    ['lines.0.amountTwd', 'more_than_paid', { lines: [{ lineNo: 1, quantity: 1, amountTwd: 1001 }] }],
    ['lines.0.amountTwd', 'invalid_type', { lines: [{ lineNo: 1, quantity: 1, amountTwd: 0.5 }] }],
    ['lines.0.amountTwd', 'too_small', { lines: [{ lineNo: 1, quantity: 1, amountTwd: -1 }] }],
    [
      'lines.1.lineNo',
      'duplicate',
      {
        lines: [
          { lineNo: 1, quantity: 1, amountTwd: 1 },
          { lineNo: 1, quantity: 1, amountTwd: 1 },
        ],
      },
    ],
  ])('refuses a bad %s (%s)', async (path, code, over) => {
    const { receipt } = await till.buy();
    const { status, body } = await till.giveBack(receipt, over);
    const [first] = (body as { error: { fields: { path: string; code: string }[] } }).error.fields;
    expect([status, first?.path, first?.code]).toEqual([422, path, code]);
  });

  it('refuses more money than the total, where it was below the sum of the lines', async () => {
    const { receipt } = await till.buy({ totalTwd: 1000 });
    const lines = [
      { lineNo: 1, quantity: 2, amountTwd: 1000 },
      { lineNo: 2, quantity: 1, amountTwd: 1 },
    ];
    expect((await till.giveBack(receipt, { lines })).body).toMatchObject({
      error: { fields: [{ path: 'lines', code: 'more_than_paid' }] },
    });
    expect((await till.giveBack(receipt)).body).toMatchObject({ isFull: true, amountTwd: 1000 });
  });

  it('refuses anything more once everything is back', async () => {
    const { receipt } = await till.buy();
    await till.giveBack(receipt);
    expect((await till.giveBack(receipt)).body).toMatchObject({
      error: { fields: [{ path: 'receiptNo', code: 'all_returned' }] },
    });
  });

  it('gives paid points back exactly over any number of partial returns', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1280 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 9 }),
        async (pointsPaid, parts) => {
          const person = await openMember(1280);
          const before = await pointsOf(person);
          const { receipt } = await till.buy({ member: { memberNo: person.memberNo }, pointsPaid });
          let left = 1000;
          for (const amountTwd of parts) {
            if (amountTwd >= left) break;
            left -= amountTwd;
            const lines = [{ lineNo: 1, quantity: 0, amountTwd }];
            expect((await till.giveBack(receipt, { lines })).status).toBe(201);
            const remaining = left + 280;
            const back = Math.floor((pointsPaid * (1280 - remaining)) / 1280);
            const kept = Math.max(0, Math.floor((remaining - (pointsPaid - back)) / 100));
            const { active } = await pointsOf(person);
            expect(active).toBe(1280 - pointsPaid + back + kept);
          }
          await till.giveBack(receipt);
          expect(await pointsOf(person)).toEqual(before);
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);
});
