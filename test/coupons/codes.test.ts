import { describe, expect, it } from 'vitest';
import { codeRoutes } from '#features/coupons/codes/code-routes.ts';
import {
  codeAlphabet,
  codeKindsOf,
  groupCode,
  readCode,
  writeOnlineCode,
} from '#features/coupons/codes/code-rules.ts';
import { findCode } from '#features/coupons/codes/find-code-reads.ts';
import { settleTries } from '#features/coupons/codes/settle-tries-job.ts';
import { showCode } from '#features/coupons/codes/show-code.ts';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { redemptionRoutes } from '#features/coupons/redemptions-routes.ts';
import { voidClaim } from '#features/coupons/voiding/void-claim.ts';
import { purchaseRoutes } from '#features/purchases/purchase-routes.ts';
import { returnRoutes } from '#features/purchases/return-routes.ts';
import { readEarnPercent } from '#features/tiers/earn-percent-reads.ts';
import { addMs, wireClock } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { proveAll } from '#foundation/prove.ts';
import { createSecrets } from '#foundation/secrets.ts';
import { proofs } from '../../src/proofs.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeCoupon, makeMember, makeStore, noon, system, today } from './cast.ts';

const database = await openTestDatabase({ max: 24 });
const alertWebhookUrl = 'https://alerts.example/hook';
const api = await openTestApi(database, (context) => [
  redemptionRoutes(context, alertWebhookUrl),
  codeRoutes({ ...context, alertWebhookUrl }),
  purchaseRoutes(context, { earnPercentOf: readEarnPercent, alertWebhookUrl }),
  returnRoutes(context),
]);
const { db, transact, secrets } = api;
const store = await makeStore(db, 'xinyi', '信義店');
await makeStore(db, 'east', '東區店');
await makeCoupon(db, { key: 'anywhere', perMember: 1_000 });
await makeCoupon(db, { key: 'shops', perMember: 1_000, channels: ['store'], storeCodes: ['xinyi'] });
await makeCoupon(db, { key: 'online', perMember: 1_000, channels: ['online'], minSpendTwd: 500 });

let people = 0;
let issued = 0;
async function makeHolder() {
  people += 1;
  const memberId = await makeMember(db, people);
  const row = await db
    .selectFrom('members')
    .select('member_no')
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow();
  const hold = async (couponKey = 'anywhere') => {
    issued += 1;
    const issueKey = `code:${issued}`;
    const by = { now: noon, today, actor: system, source: 'job' };
    const given = await transact((tx) => issueCoupon(tx, { couponKey, memberId, issueKey, ...by }));
    if (!given.ok) throw new Error(given.reason);
    return given.claimId;
  };
  const ask = (claimId: number, kind: 'counter' | 'online' | null = null) =>
    transact((tx) => showCode(tx, secrets, { claimId, memberId, kind, today, wireNow: wireClock.now() }));
  const show = async (claimId: number, kind: 'counter' | 'online' | null = null) => {
    const shown = await ask(claimId, kind);
    if (!shown.ok) throw new Error(shown.reason);
    return shown.code;
  };
  return { memberId, memberNo: row.member_no, hold, ask, show };
}

let slips = 0;
const nextSlip = () => `C-${slips++}`;
const headersOf = (key?: string): Record<string, string> => (key ? { authorization: `Bearer ${key}` } : {});
const redeem = (code: string, over: object = {}, key?: string) =>
  api.call(
    'POST',
    '/coupon-redemptions',
    { code, storeCode: 'xinyi', receiptNo: nextSlip(), ...over },
    headersOf(key),
  );
const check = (code: string, over: object = {}, key?: string) =>
  api.call('POST', '/coupon-codes/check', { code, storeCode: 'xinyi', ...over }, headersOf(key));
const buy = (over: object) =>
  api.call('POST', '/purchases', {
    storeCode: 'xinyi',
    receiptNo: nextSlip(),
    purchasedAt: '2026-11-21T12:00:00+08:00',
    channel: 'store',
    lines: [
      {
        lineNo: 1,
        sku: 'TEA-1',
        name: '高山茶',
        category: '茶葉',
        quantity: 1,
        unitPriceTwd: 900,
        discountTwd: 100,
      },
    ],
    totalTwd: 800,
    ...over,
  });
const stateOf = async (claimId: number) =>
  (await db.selectFrom('coupon_claims').select('state').where('id', '=', claimId).executeTakeFirstOrThrow())
    .state;
const refusal = (path: string) => ({
  status: 422,
  body: {
    error: {
      code: 'code_refused',
      message: 'This code cannot be used',
      fields: [
        { path, code: 'code_refused', message: 'Let the member show a fresh code, or use the member code' },
      ],
    },
  },
});

describe('the codes of coupons', () => {
  it('are of letters that nobody mixes up, and online ones of more than 80 bits', () => {
    expect(codeAlphabet).not.toMatch(/[01OILUV]/);
    expect(new Set(codeAlphabet).size).toBe(codeAlphabet.length);
    const codes = Array.from({ length: 500 }, (_, at) => writeOnlineCode(secrets, at + 1));
    expect(new Set(codes).size).toBe(500);
    expect(codes.every((code) => new RegExp(`^[${codeAlphabet}]{20}$`).test(code))).toBe(true);
    expect(20 * Math.log2(codeAlphabet.length)).toBeGreaterThan(80);
    // Every place takes every letter: none is decided by the claim's number alone.
    for (let place = 0; place < 20; place++)
      expect(new Set(codes.map((code) => code[place])).size).toBe(codeAlphabet.length);
    expect(writeOnlineCode(secrets, 7)).toBe(codes[6]);
    expect(writeOnlineCode(createSecrets(Buffer.alloc(32, 8)), 7)).not.toBe(codes[6]);
  });

  it.each([
    ['abcde-fghjk', 'ABCDEFGHJK'],
    [' ＡＢＣＤＥ　ＦＧＨＪＫ ', 'ABCDEFGHJK'],
    ['abcde–fghjk\n', 'ABCDEFGHJK'],
  ])('are read however they are typed: %j', (typed, code) => {
    expect(readCode(typed)).toBe(code);
    expect(groupCode(code)).toBe('ABCDE-FGHJK');
  });

  it('are for where the coupon is for, the counter first', () => {
    expect(codeKindsOf(null)).toEqual(['counter', 'online']);
    expect(codeKindsOf(['store'])).toEqual(['counter']);
    expect(codeKindsOf(['online'])).toEqual(['online']);
  });

  it('are shown to the holder alone, live five minutes at a counter, and stand nowhere in the clear', async () => {
    const [anna, ben] = [await makeHolder(), await makeHolder()];
    const claimId = await anna.hold();
    const before = wireClock.now();
    const shown = await anna.ask(claimId);
    if (!shown.ok) throw new Error(shown.reason);
    expect(shown.code).toMatch(new RegExp(`^[${codeAlphabet}]{10}$`));
    const begun = (shown.expiresAt?.getTime() ?? 0) - 300_000;
    expect(begun).toBeGreaterThanOrEqual(before.getTime());
    expect(begun).toBeLessThanOrEqual(wireClock.now().getTime());
    const web = await anna.show(claimId, 'online');
    expect(await anna.show(claimId, 'online')).toBe(web);
    const kept = await sql<{ row: string }>`select k::text as row from coupon_codes k`.execute(db);
    for (const code of [shown.code, web])
      for (const form of [code, Buffer.from(code).toString('hex')])
        expect(kept.rows.some(({ row }) => row.includes(form))).toBe(false);

    expect(await transactShow(ben.memberId, claimId)).toEqual({ ok: false, reason: 'not_held' });
    expect(await anna.ask(await anna.hold('shops'), 'online')).toEqual({
      ok: false,
      reason: 'other_channel',
    });
    expect(await anna.ask(999_999)).toEqual({ ok: false, reason: 'not_held' });
  });

  const transactShow = (memberId: number, claimId: number) =>
    transact((tx) =>
      showCode(tx, secrets, { claimId, memberId, kind: null, today, wireNow: wireClock.now() }),
    );
});

describe('a code at the counter', () => {
  it('uses the coupon once, tells whose it is, and is good for the same receipt again', async () => {
    const anna = await makeHolder();
    const claimId = await anna.hold();
    const code = await anna.show(claimId);
    const slip = { receiptNo: nextSlip() };
    expect(await check(code)).toMatchObject({
      status: 200,
      body: {
        claimId: String(claimId),
        memberNo: anna.memberNo,
        channel: 'store',
        reward: { kind: 'amount_off', amountTwd: 100 },
      },
    });
    const used = await redeem(code.toLowerCase(), slip);
    expect(used).toMatchObject({ status: 201, body: { claimId: String(claimId), memberNo: anna.memberNo } });
    expect(await redeem(code, slip)).toEqual({ ...used, status: 200 });
    expect(await redeem(code)).toEqual(refusal('code'));
    const { redemptionId } = used.body as { redemptionId: string };
    expect(await api.call('POST', `/coupon-redemptions/${redemptionId}/void`)).toMatchObject({ status: 200 });
    expect(await stateOf(claimId)).toBe('held');
    // Once is once: back in the hand, the coupon needs a fresh code.
    expect(await redeem(code)).toEqual(refusal('code'));
    expect(await redeem(await anna.show(claimId))).toMatchObject({ status: 201 });
  });

  it('is one redemption when two tills type it at the same moment', async () => {
    const anna = await makeHolder();
    for (let round = 0; round < 10; round++) {
      const code = await anna.show(await anna.hold());
      const both = await Promise.all([redeem(code), redeem(code)]);
      expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
      expect(both.find(({ status }) => status === 422)).toEqual(refusal('code'));
    }
    await sql`delete from coupon_code_tries`.execute(db);
  });

  it('is good in no online purchase, and one for online shops at no counter', async () => {
    const anna = await makeHolder();
    const claimId = await anna.hold();
    const member = { memberNo: anna.memberNo };
    const counter = await anna.show(claimId);
    expect(await buy({ member, channel: 'online', couponCodes: [counter] })).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'couponCodes.0', code: 'other_channel' }] } },
    });
    const web = await anna.show(claimId, 'online');
    expect(await buy({ member, channel: 'store', couponCodes: [web] })).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'couponCodes.0', code: 'other_channel' }] } },
    });
    expect(await stateOf(claimId)).toBe('held');
  });

  it('says what a right code does not fit', async () => {
    const anna = await makeHolder();
    const code = await anna.show(await anna.hold('shops'));
    expect(await redeem(code, { storeCode: 'east' })).toMatchObject({
      body: { error: { fields: [{ path: 'code', code: 'other_store' }] } },
    });
    expect(await check(code, { storeCode: 'east' })).toMatchObject({
      body: { error: { fields: [{ path: 'code', code: 'other_store' }] } },
    });
    expect(await redeem(code, { storeCode: 'nowhere' })).toMatchObject({
      body: { error: { fields: [{ path: 'storeCode' }] } },
    });
    expect(await redeem(code)).toMatchObject({ status: 201 });
  });

  it('is refused while its holder may not spend', async () => {
    const anna = await makeHolder();
    const code = await anna.show(await anna.hold());
    await db
      .updateTable('members')
      .set({ spending_locked_at: noon })
      .where('id', '=', anna.memberId)
      .execute();
    expect(await redeem(code)).toMatchObject({ status: 409, body: { error: { code: 'spending_locked' } } });
  });

  it.each([
    ['claimId', {}],
    ['code', { code: 'ABCDEFGHJK', claimId: '1', memberNo: '1' }],
    ['memberNo', { claimId: '1' }],
    ['code', { code: '' }],
    ['code', { code: 'A'.repeat(61) }],
    ['code', { code: 7 }],
    ['memberNo', { code: 'ABCDEFGHJK', memberNo: '0000000000' }],
  ])('is refused with a bad %s by its path: %j', async (path, body) => {
    const slip = { storeCode: 'xinyi', receiptNo: nextSlip() };
    const refused = await api.call('POST', '/coupon-redemptions', { ...slip, ...body });
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain(`"path":"${path}"`);
  });
});

describe('a code that is not good', () => {
  it('reads alike and asks alike, whatever is the matter with it', async () => {
    const [anna, ben] = [await makeHolder(), await makeHolder()];
    const fresh = async () => ({ claimId: await anna.hold() });
    const used = await fresh();
    const usedCode = await anna.show(used.claimId);
    await redeem(usedCode);
    const older = await fresh();
    const olderCode = await anna.show(older.claimId);
    await anna.show(older.claimId);
    const over = await fresh();
    const overCode = await anna.show(over.claimId);
    await sql`update coupon_codes set expires_at = ${addMs(wireClock.now(), -1)} where claim_id = ${over.claimId}`.execute(
      db,
    );
    const ended = await fresh();
    const endedCode = await anna.show(ended.claimId);
    await sql`update coupon_claims set ends_on = '2026-11-20' where id = ${ended.claimId}`.execute(db);
    const gone = await fresh();
    const goneCode = await anna.show(gone.claimId, 'online');
    await transact((tx) =>
      voidClaim(tx, { claimId: gone.claimId, reason: 'x', now: noon, actor: system, source: 'api' }),
    );
    const others = await anna.show((await fresh()).claimId);
    const bad: [string, string, number | null][] = [
      ['unknown', 'ABCDEFGHJK', null],
      ['unknown online', writeOnlineCode(secrets, 999_999), null],
      ['no code at all', "'; --", null],
      ['used', usedCode, null],
      ['replaced', olderCode, null],
      ['run out', overCode, null],
      ['ended', endedCode, null],
      ['void', goneCode, null],
      ['of another member', others, ben.memberId],
    ];
    const key = await api.issueKey();
    const paths = [];
    for (const [, code, memberId] of bad) {
      const named = memberId === null ? {} : { memberNo: ben.memberNo };
      expect(await redeem(code, named, key)).toEqual(refusal('code'));
      expect(await check(code, named, key)).toEqual(refusal('code'));
      paths.push(await statementsOf(code, memberId));
    }
    expect(new Set(paths).size).toBe(1);
    await sql`delete from coupon_code_tries`.execute(db);
  });

  /** What is asked of the database for a code, in order. */
  async function statementsOf(typed: string, memberId: number | null): Promise<string> {
    const asked: string[] = [];
    const watched: Db = db.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(node.kind);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const receipt = { storeId: store.id, receiptNo: 'X', receiptOn: today, at: noon };
    const found = await findCode(watched, secrets, {
      typed,
      memberId,
      receipt,
      on: today,
      wireNow: wireClock.now(),
    });
    expect(found).toBeNull();
    return asked.join();
  }

  it('is tried ten times a minute for one member, however many at once, and right ones count nothing', async () => {
    const anna = await makeHolder();
    const key = await api.issueKey();
    const named = { memberNo: anna.memberNo };
    for (let round = 0; round < 4; round++)
      expect(await redeem(await anna.show(await anna.hold()), named, key)).toMatchObject({ status: 201 });
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => check('ABCDEFGHJK', named, key)));
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    expect(outcomes.find(({ status }) => status === 429)).toMatchObject({
      body: { error: { code: 'too_many_tries', message: expect.stringMatching(/wait \d+ seconds/) } },
    });
    // Not even the right one is looked at now.
    expect(await redeem(await anna.show(await anna.hold()), named, key)).toMatchObject({ status: 429 });
    await sql`update coupon_code_tries set tried_at = tried_at - interval '1 minute'`.execute(db);
    expect(await redeem(await anna.show(await anna.hold()), named, key)).toMatchObject({ status: 201 });
    await sql`delete from coupon_code_tries`.execute(db);
  });

  it('is tried a hundred times an hour by one system, and told to people from fifty a minute on', async () => {
    const key = await api.issueKey();
    const alarms = () => sql<{ cause: string }>`select cause from outbox_alarms`.execute(db);
    for (let n = 0; n < 49; n++) expect((await check('ABCDEFGHJK', {}, key)).status).toBe(422);
    expect((await alarms()).rows).toEqual([]);
    expect((await check('ABCDEFGHJK', {}, key)).status).toBe(422);
    expect((await alarms()).rows).toEqual([{ cause: 'coupon_guessing' }]);
    const sent = await sql`select 1 from outbox_published_messages where channel = 'webhook'`.execute(db);
    expect(sent.rows).toHaveLength(1);
    const rest = await Promise.all(Array.from({ length: 70 }, () => check('ABCDEFGHJK', {}, key)));
    expect(rest.filter(({ status }) => status === 422)).toHaveLength(50);
    expect(rest.filter(({ status }) => status === 429)).toHaveLength(20);
    expect((await check('ABCDEFGHJK', {}, await api.issueKey())).status).toBe(422);
    expect((await alarms()).rows).toHaveLength(1);

    const wireNow = wireClock.now();
    await settleTries(db, wireNow);
    expect((await alarms()).rows).toHaveLength(1);
    await settleTries(db, addMs(wireNow, 11 * 60_000));
    expect((await alarms()).rows).toEqual([]);
    expect(await settleTries(db, addMs(wireNow, 25 * 3_600_000))).toBe(101);
  });
});

describe('codes in a purchase', () => {
  it('use their coupons with it, give them back when it all comes back, and repeat with it', async () => {
    const anna = await makeHolder();
    const [shop, claimed] = [await anna.hold('shops'), await anna.hold()];
    const code = await anna.show(shop);
    const receipt = {
      receiptNo: nextSlip(),
      member: { memberNo: anna.memberNo },
      couponCodes: [groupCode(code)],
      claimIds: [String(claimed)],
    };
    const bought = await buy(receipt);
    expect(bought).toMatchObject({ status: 201 });
    expect([await stateOf(shop), await stateOf(claimed)]).toEqual(['redeemed', 'redeemed']);
    expect(await buy(receipt)).toEqual({ ...bought, status: 200 });
    expect(await buy({ ...receipt, couponCodes: [] })).toMatchObject({ status: 409 });
    const back = await api.call('POST', '/returns', {
      storeCode: 'xinyi',
      purchaseStoreCode: 'xinyi',
      receiptNo: receipt.receiptNo,
      purchasedOn: today,
      returnNo: `B-${receipt.receiptNo}`,
      returnedAt: '2026-11-21T15:00:00+08:00',
      full: true,
    });
    expect(back).toMatchObject({ status: 201 });
    expect([await stateOf(shop), await stateOf(claimed)]).toEqual(['held', 'held']);
    expect(await redeem(code)).toEqual(refusal('code'));
  });

  it('are of the member who buys, and named once', async () => {
    const [anna, ben] = [await makeHolder(), await makeHolder()];
    const claimId = await anna.hold('online');
    const code = await anna.show(claimId);
    const online = { channel: 'online', couponCodes: [code] };
    expect(await buy({ ...online, member: { memberNo: ben.memberNo } })).toEqual(refusal('couponCodes.0'));
    expect(await buy({ ...online, member: null })).toMatchObject({
      body: { error: { fields: [{ path: 'member' }] } },
    });
    const mine = { ...online, member: { memberNo: anna.memberNo } };
    expect(await buy({ ...mine, claimIds: [String(claimId)] })).toMatchObject({
      body: { error: { fields: [{ path: 'couponCodes.0', code: 'named_twice' }] } },
    });
    expect(await buy({ ...mine, couponCodes: [code, code] })).toMatchObject({
      body: { error: { fields: [{ path: 'couponCodes.1', code: 'named_twice' }] } },
    });
    expect(await buy({ ...mine, couponCodes: 'ABC' })).toMatchObject({
      body: { error: { fields: [{ path: 'couponCodes' }] } },
    });
    expect(await stateOf(claimId)).toBe('held');
    expect(await buy(mine)).toMatchObject({ status: 201 });
    expect(await stateOf(claimId)).toBe('redeemed');
  });

  it('count as guesses though the refused purchase leaves nothing else behind', async () => {
    const anna = await makeHolder();
    const tries = async () =>
      (await sql`select 1 from coupon_code_tries where member_id = ${anna.memberId}`.execute(db)).rows.length;
    const member = { memberNo: anna.memberNo };
    expect(await buy({ member, couponCodes: ['ABCDEFGHJK', 'ABCDEFGHJM'] })).toEqual(
      refusal('couponCodes.0'),
    );
    expect(await tries()).toBe(2);
    for (let n = 0; n < 4; n++) await buy({ member, couponCodes: ['ABCDEFGHJK', 'ABCDEFGHJM'] });
    expect(await buy({ member, couponCodes: ['ABCDEFGHJK'] })).toMatchObject({ status: 429 });
    expect(await buy({ member })).toMatchObject({ status: 201 });
    expect(await tries()).toBe(10);
  });

  it('leave books that prove themselves', async () => {
    expect((await proveAll(db, proofs)).first).toBeNull();
  });
});
