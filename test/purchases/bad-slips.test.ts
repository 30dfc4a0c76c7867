import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { redemptionRoutes } from '#features/coupons/redemptions-routes.ts';
import { mergePersons } from '#features/members/merge-persons.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { purchaseRoutes } from '#features/purchases/purchase-routes.ts';
import { returnRoutes } from '#features/purchases/return-routes.ts';
import { readEarnPercent } from '#features/tiers/earn-percent-reads.ts';
import { sql } from '#foundation/db.ts';
import { reactions } from '../../src/reactions.ts';
import { makeMember } from '../coupons/cast.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore, tester } from '../support/shop.ts';

const database = await openTestDatabase();
const api = await openTestApi(
  database,
  (context) => [
    purchaseRoutes(context, { earnPercentOf: readEarnPercent }),
    returnRoutes(context),
    redemptionRoutes(context),
  ],
  { reactions },
);
const { db } = database;
await openStore(db);
await openStore(db, 'banqiao', '板橋店');
const person = await openPerson(db);
await api.transact((tx) =>
  openBalances(tx, [{ memberId: person.memberId, points: 50 }], { now: noon, actor: tester }),
);

const line = { lineNo: 1, sku: 'TEA', name: '茶', category: '茶葉', quantity: 2, unitPriceTwd: 150 };
const receipt = {
  storeCode: 'xinyi',
  receiptNo: 'R-1',
  purchasedAt: '2026-11-21T12:00:00+08:00',
  channel: 'store',
  member: { memberNo: person.memberNo },
  lines: [line],
  totalTwd: 300,
};
const slip = {
  storeCode: 'xinyi',
  purchaseStoreCode: 'xinyi',
  receiptNo: 'R-1',
  purchasedOn: '2026-11-21',
  returnNo: 'B-1',
  returnedAt: '2026-11-21T15:00:00+08:00',
  full: true,
};
expect((await api.call('POST', '/purchases', receipt)).status).toBe(201);

const key = await api.issueKey();

/** Everything that is stored, as one text; when a key was last seen is no effect of a request. */
async function readAll(): Promise<string> {
  const tables = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'api_keys' order by 1`.execute(
    db,
  );
  const digests = tables.rows.map(
    ({ name }) =>
      sql`select ${name}::text as name, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from ${sql.table(name)} t`,
  );
  return JSON.stringify((await sql`${sql.join(digests, sql` union all `)} order by 1`.execute(db)).rows);
}

type Told = { path: string; raw?: string; body?: object };
/** The answer, with what it names, and whether anything is stored that was not before. */
async function refuse({ path, raw, body }: Told) {
  const before = await readAll();
  const answer = await api.app.inject({
    method: 'POST',
    url: `/api/v1${path}`,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': 'a-key-of-its-own',
    },
    payload: raw ?? JSON.stringify(body),
  });
  const { error } = answer.json() as {
    error: { code: string; message: string; fields?: { path: string }[] };
  };
  return {
    status: answer.statusCode,
    names: error.fields?.[0]?.path ?? error.code,
    says: error.message.length > 10,
    isUnchanged: (await readAll()) === before,
  };
}
const purchase = (over: object): Told => ({
  path: '/purchases',
  body: { ...receipt, receiptNo: 'BAD', ...over },
});
const back = (over: object): Told => ({ path: '/returns', body: { ...slip, ...over } });
const spelled = (field: string, value: string): Told => ({
  path: '/purchases',
  raw: JSON.stringify({ ...receipt, receiptNo: 'BAD', [field]: 'HERE' }).replace('"HERE"', value),
});
const parts = (amountTwd: unknown, quantity: unknown = 0) => ({
  full: undefined,
  lines: [{ lineNo: 1, quantity, amountTwd }],
});
const nextYears = { purchasedAt: '2027-11-21T12:00:00+08:00' };

describe('a slip that cannot be', () => {
  it.each<[string, number, string, Told]>([
    ['a negative total', 422, 'totalTwd', purchase({ totalTwd: -300 })],
    ['half a dollar', 422, 'totalTwd', purchase({ totalTwd: 0.5 })],
    ['a total of a trillion', 422, 'totalTwd', purchase({ totalTwd: 1e12 })],
    ['a total that is a text', 422, 'totalTwd', purchase({ totalTwd: '300' })],
    ['a total of NaN', 400, 'malformed', spelled('totalTwd', 'NaN')],
    ['a total of 1e400', 422, 'totalTwd', spelled('totalTwd', '1e400')],
    ['another currency', 422, 'currency', purchase({ currency: 'USD' })],
    ['a negative price', 422, 'lines.0.unitPriceTwd', purchase({ lines: [{ ...line, unitPriceTwd: -1 }] })],
    ['a piece and a half', 422, 'lines.0.quantity', purchase({ lines: [{ ...line, quantity: 1.5 }] })],
    ['a time without its zone', 422, 'purchasedAt', purchase({ purchasedAt: '2026-11-21T12:00:00' })],
    ['a time of next year', 422, 'purchasedAt', purchase(nextYears)],
    ['a member nobody knows', 422, 'member.memberNo', purchase({ member: { memberNo: '1234567897' } })],
    ['a member number as a number', 422, 'member.memberNo', purchase({ member: { memberNo: 1234567897 } })],
    ['points of half a point', 422, 'pointsPaid', purchase({ pointsPaid: 0.5 })],
    ['negative points', 422, 'pointsPaid', purchase({ pointsPaid: -5 })],
    ['more points than there are', 422, 'pointsPaid', purchase({ pointsPaid: 200 })],
    ['more points than the total', 422, 'pointsPaid', purchase({ totalTwd: 10, pointsPaid: 11 })],
    ['a coupon id as a number', 422, 'claimIds.0', purchase({ claimIds: [1] })],
    ['a coupon id of 1e3', 422, 'claimIds.0', purchase({ claimIds: ['1e3'] })],
    ['a coupon id of 1.5', 422, 'claimIds.0', purchase({ claimIds: ['1.5'] })],
    ['a coupon id of 2^53 + 1', 422, 'claimIds.0', purchase({ claimIds: ['9007199254740993'] })],
    ['a coupon nobody holds', 422, 'claimIds.0', purchase({ claimIds: ['999999999999999'] })],
    ['the same number with another total', 409, 'receiptNo', purchase({ receiptNo: 'R-1', totalTwd: 299 })],
    ['a return before its sale', 422, 'returnedAt', back({ returnedAt: '2026-11-20T23:00:00+08:00' })],
    ['a return of more than the sale', 422, 'lines.0.amountTwd', back(parts(301))],
    ['a return of more pieces', 422, 'lines.0.quantity', back(parts(1, 3))],
    ['a negative return', 422, 'lines.0.amountTwd', back(parts(-1))],
    ['a return of half a dollar', 422, 'lines.0.amountTwd', back(parts(0.5))],
    ['a return of nothing', 422, 'lines.0.quantity', back(parts(0))],
    ['a return to a store that never sold it', 422, 'receiptNo', back({ purchaseStoreCode: 'banqiao' })],
    ['a return of another year', 422, 'receiptNo', back({ purchasedOn: '2025-11-21' })],
    ['a return in the future', 422, 'returnedAt', back({ returnedAt: '2026-11-23T12:00:00+08:00' })],
  ])('%s is refused with %i, names %s and changes nothing', async (_what, status, names, told) => {
    expect(await refuse(told)).toEqual({ status, names, says: true, isUnchanged: true });
  });

  it('a second return of what is back already changes nothing', async () => {
    const all = { ...receipt, receiptNo: 'R-2' };
    expect((await api.call('POST', '/purchases', all)).status).toBe(201);
    const of = { ...slip, receiptNo: 'R-2', returnNo: 'B-2' };
    expect((await api.call('POST', '/returns', of)).status).toBe(201);
    const again = await refuse({ path: '/returns', body: { ...of, returnNo: 'B-3' } });
    expect(again).toEqual({ status: 422, names: 'receiptNo', says: true, isUnchanged: true });
  });

  it('a purchase in the name of someone erased changes nothing, of someone merged it is the other one', async () => {
    const [gone, kept, merged] = [
      await makeMember(db, 71),
      await makeMember(db, 72),
      await makeMember(db, 73),
    ];
    const numberOf = async (id: number) =>
      (await db.selectFrom('members').select('member_no').where('id', '=', id).executeTakeFirstOrThrow())
        .member_no;
    const numbers = [await numberOf(gone), await numberOf(kept), await numberOf(merged)];
    await db.updateTable('members').set({ erased_at: noon }).where('id', '=', gone).execute();
    await api.transact((tx) =>
      mergePersons(tx, { fromId: merged, intoId: kept, now: noon, actor: tester, source: 'test' }),
    );
    const refused = await refuse(purchase({ member: { memberNo: numbers[0] } }));
    expect(refused).toEqual({ status: 422, names: 'member.memberNo', says: true, isUnchanged: true });
    const bought = await api.call('POST', '/purchases', {
      ...receipt,
      receiptNo: 'R-3',
      member: { memberNo: numbers[2] },
    });
    expect(bought).toMatchObject({ status: 201, body: { memberNo: numbers[1], points: { earned: 3 } } });
  });

  it("last year's receipts come late, earn what they earned then, and push nothing to anybody", async () => {
    const memberId = await makeMember(db, 81);
    const { member_no: memberNo } = await db
      .selectFrom('members')
      .select('member_no')
      .where('id', '=', memberId)
      .executeTakeFirstOrThrow();
    for (const nth of [1, 2, 3]) {
      const late = await api.call('POST', '/purchases', {
        ...receipt,
        receiptNo: `LATE-${nth}`,
        purchasedAt: `2025-11-0${nth}T12:00:00+08:00`,
        member: { memberNo },
      });
      expect(late).toMatchObject({ status: 201, body: { points: { earned: 3 } } });
    }
    const ends = await sql`
      select distinct l.ends_on as "endsOn" from points_lots l join points_accounts a on a.id = l.account_id
      where a.member_id = ${memberId}`.execute(db);
    expect(ends.rows).toEqual([{ endsOn: '2026-12-31' }]);
    const pushes = await sql`select 1 from outbox_published_messages where state = 'planned'`.execute(db);
    expect(pushes.rows).toEqual([]);
  });
});

describe('a call that cannot be', () => {
  const use = { memberNo: person.memberNo, claimId: '1', storeCode: 'xinyi', receiptNo: 'U-1' };

  it.each([
    ['none', ''],
    ['one of 7 characters', 'x'.repeat(7)],
    ['one of 201', 'x'.repeat(201)],
    ['one with letters beyond ASCII', 'schlüssel-1'],
  ])('is refused without a good Idempotency-Key: %s', async (_what, given) => {
    const before = await readAll();
    const answer = await api.call('POST', '/coupon-redemptions', use, { 'idempotency-key': given });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'idempotency_key' } } });
    expect(await readAll()).toBe(before);
  });

  it.each([8, 200])('is read with a key of %i characters', async (length) => {
    const answer = await api.call('POST', '/coupon-redemptions', use, {
      'idempotency-key': 'k'.repeat(length),
    });
    expect(answer).toMatchObject({ status: 422, body: { error: { fields: [{ path: 'claimId' }] } } });
  });

  it('with a header of 100 KB is refused by its size', async () => {
    await api.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = api.app.server.address() as AddressInfo;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(
        { port, path: '/api/v1/purchases', method: 'POST', headers: { 'x-note': 'x'.repeat(100_000) } },
        (answer) => resolve(answer.resume().statusCode),
      );
      call.on('error', reject).end();
    });
    expect(status).toBe(431);
  });
});
