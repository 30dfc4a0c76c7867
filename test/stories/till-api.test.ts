import { describe, expect, it } from 'vitest';
import { revokeApiKey } from '#features/staff/revoke-api-key.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { line, openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
const phone = '0920000001';
const bought = await till.buys(1280, { member: { phone } });
const memberNo: string = bought.body.memberNo;

type Fault = { path: string; code?: string };
const fieldsOf = (answer: { body: { error?: { fields?: Fault[] } } }) => answer.body.error?.fields ?? [];

const coupon = {
  key: 'tea',
  title: { 'zh-TW': '茶葉折 NT$50' },
  reward: { kind: 'amount_off', amountTwd: 50 },
  isClaimable: true,
  validDays: 30,
};
const back = {
  storeCode: 'xinyi',
  purchaseStoreCode: 'xinyi',
  receiptNo: bought.slip.receiptNo,
  purchasedOn: '2026-11-21',
  returnNo: 'B-1',
  returnedAt: '2026-11-21T15:00:00+08:00',
  full: true,
};

const template = {
  name: '問候',
  content: { arms: [{ key: 'a', messages: { 'zh-TW': [{ type: 'text', text: '您好' }] } }] },
};
const campaign = { name: '問候', goal: 'reply', audienceKey: 'tea', templateKey: 'hello' };

/** Every route that a till, a shop or a member site may call: one body that is well-formed, and its scope. */
const routes = [
  ['PUT', '/stores/{code}', 'stores', { name: '南港店', address: '台北市', phone: '02-1234-5678' }],
  ['GET', '/stores', 'stores'],
  ['POST', '/coupons', 'coupons', coupon],
  ['GET', '/coupons', 'coupons'],
  ['PUT', '/flows/{key}', 'flows', { on: true }],
  ['GET', '/flows', 'flows'],
  ['POST', '/purchases', 'purchases', till.receipt(100)],
  ['POST', '/returns', 'returns', back],
  [
    'POST',
    '/activities',
    'activities',
    { kind: 'visit', sourceRef: 'door-1', member: { phone }, occurredAt: '2026-11-21T10:00:00+08:00' },
  ],
  ['POST', '/members/lookup', 'members', { phone }],
  ['PUT', '/audiences/{key}', 'members', { name: '茶友' }],
  ['GET', '/audiences', 'members'],
  ['POST', '/audiences/{key}/members', 'members', { add: [memberNo] }],
  ['POST', '/coupon-codes/check', 'coupons', { code: 'ABCDEFGHJK', storeCode: 'xinyi' }],
  ['POST', '/coupon-claims/{id}/void', 'coupons', {}],
  ['POST', '/coupon-redemptions', 'coupons', { memberNo, claimId: '1', storeCode: 'xinyi', receiptNo: 'X' }],
  ['POST', '/coupon-redemptions/{id}/void', 'coupons', {}],
  ['POST', '/account-links', 'account-links', { memberNo }],
  ['PUT', '/campaign-templates/{key}', 'campaigns', template],
  ['GET', '/campaign-templates/{key}', 'campaigns'],
  ['GET', '/campaign-templates', 'campaigns'],
  ['POST', '/campaigns', 'campaigns', campaign],
  ['PUT', '/campaigns/{id}', 'campaigns', campaign],
  ['GET', '/campaigns', 'campaigns'],
  ['GET', '/campaigns/{id}', 'campaigns'],
  ['GET', '/campaigns/{id}/preview', 'campaigns'],
  ['POST', '/campaigns/{id}/schedule', 'campaigns', {}],
  ['POST', '/campaigns/{id}/pause', 'campaigns', {}],
  ['POST', '/campaigns/{id}/resume', 'campaigns', {}],
  ['POST', '/campaigns/{id}/stop', 'campaigns', {}],
  ['POST', '/campaigns/{id}/pace', 'campaigns', { pacePerSecond: 100 }],
] as const;

describe('the door for tills', () => {
  it('opens to living keys of the right scope, and to nobody else', async () => {
    const others = await story.issueKey(['purchases']);
    const lookup = await story.issueKey(['members']);
    for (const [method, path, scope, body] of routes) {
      const url = path.replace(/\{\w+\}/, '1');
      const call = (authorization: string) => story.call(method, url, body, { authorization });
      for (const none of ['', 'Bearer nonsense', 'Basic dXNlcjpwYXNz', `Bearer ${'x'.repeat(500)}`])
        expect((await call(none)).status, `${method} ${path}`).toBe(401);
      const refused = await call(`Bearer ${scope === 'purchases' ? lookup : others}`);
      expect(refused.status, `${method} ${path}`).toBe(403);
      expect(refused.body.error.message).toContain(scope);
    }
    const living = await story.call(
      'POST',
      '/members/lookup',
      { phone },
      { authorization: `Bearer ${lookup}` },
    );
    expect(living.status).toBe(200);
  });

  it('closes to a key that was revoked', async () => {
    const key = await story.issueKey(['members'], 'lost till');
    const { transact, businessClock } = story.app;
    await transact((tx) =>
      revokeApiKey(tx, {
        name: 'lost till',
        now: businessClock.now(),
        actor: { kind: 'system', id: 'story' },
      }),
    );
    const refused = await story.call(
      'POST',
      '/members/lookup',
      { phone },
      { authorization: `Bearer ${key}` },
    );
    expect(refused.status).toBe(401);
  });

  it('describes every route in the OpenAPI document, with its scheme of keys', async () => {
    const { status, body } = await story.call('GET', '/openapi.json');
    expect(status).toBe(200);
    const listed = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    expect(listed.sort()).toEqual(routes.map(([method, path]) => `${method} ${path}`).sort());
    expect(body.components.securitySchemes.key).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('asks for an Idempotency-Key where there is no natural one, and answers each once', async () => {
    const none = await story.call('POST', '/coupons', coupon, { 'idempotency-key': '' });
    expect(none.status).toBe(400);
    expect(none.body.error.message).toContain('Idempotency-Key');
    const key = { 'idempotency-key': 'coupon-tea-0001' };
    const made = await story.call('POST', '/coupons', coupon, key);
    expect(made.status).toBe(201);
    expect(await story.call('POST', '/coupons', coupon, key)).toEqual(made);
    expect((await story.call('POST', '/coupons', { ...coupon, key: 'tea-2' }, key)).status).toBe(409);
    const taken = await story.call('POST', '/coupons', coupon);
    expect(taken.status).toBe(409);
    expect(fieldsOf(taken)).toMatchObject([{ path: 'key', code: 'taken' }]);
  });

  it('refuses what is no JSON object, and what PostgreSQL cannot hold, by name', async () => {
    for (const payload of ['', '[]', 'null', '{"storeCode":', '"text"']) {
      const answer = await story.app.http.inject({
        method: 'POST',
        url: '/api/v1/purchases',
        headers: {
          authorization: `Bearer ${await story.issueKey(['purchases'])}`,
          'content-type': 'application/json',
        },
        payload,
      });
      expect(answer.statusCode, payload).toBe(400);
      expect(answer.json().error.code).toBe('malformed');
    }
    const nul = await story.call('POST', '/purchases', till.receipt(100, { receiptNo: 'A\u0000B' }));
    expect(fieldsOf(nul)).toMatchObject([{ path: 'receiptNo', code: 'unstorable_text' }]);
    expect((await story.call('GET', '/nowhere')).status).toBe(404);
  });
});

describe('a purchase', () => {
  it.each<[string, object, string, string?]>([
    ['a store that nobody opened', { storeCode: 'mars' }, 'storeCode', 'unknown_store'],
    ['no receipt number', { receiptNo: '' }, 'receiptNo'],
    ['a time without its offset', { purchasedAt: '2026-11-21T12:00:00' }, 'purchasedAt'],
    ['the day after tomorrow', { purchasedAt: '2026-11-23T12:00:00+08:00' }, 'purchasedAt', 'in_future'],
    ['a channel that does not exist', { channel: 'phone' }, 'channel'],
    ['a landline', { member: { phone: '02-2345-6789' } }, 'member.phone', 'bad_phone'],
    ['an unknown number', { member: { memberNo: '1234567890' } }, 'member.memberNo', 'unknown_member'],
    ['a code that is none', { member: { memberCode: '123' } }, 'member.memberCode', 'bad_code'],
    ['two ways to name the member', { member: { phone, memberNo } }, 'member', 'exactly_one'],
    ['nobody, named', { member: {} }, 'member', 'exactly_one'],
    ['no lines', { lines: [] }, 'lines'],
    ['half a piece', { lines: [line(1, 100, { quantity: 0.5 })] }, 'lines.0.quantity'],
    ['a line number twice', { lines: [line(1, 50), line(1, 50)] }, 'lines.1.lineNo', 'duplicate'],
    [
      'a discount above its line',
      { lines: [line(1, 100, { discountTwd: 101 })] },
      'lines.0.discountTwd',
      'exceeds_line',
    ],
    ['a total above its lines', { totalTwd: 101 }, 'totalTwd', 'exceeds_lines'],
    ['a negative total', { totalTwd: -1 }, 'totalTwd'],
    ['cents', { totalTwd: 99.5 }, 'totalTwd'],
    ['points of nobody', { pointsPaid: 1 }, 'member', 'member_needed'],
    ['more points than there are', { member: { phone }, pointsPaid: 99 }, 'pointsPaid', 'too_few_points'],
    [
      'more points than the total',
      { member: { phone }, totalTwd: 5, pointsPaid: 6 },
      'pointsPaid',
      'points_above_total',
    ],
    ['a coupon of somebody else', { member: { phone }, claimIds: ['999'] }, 'claimIds.0', 'unknown_claim'],
    ['a coupon twice', { member: { phone }, claimIds: ['9', '9'] }, 'claimIds.1', 'duplicate'],
    ['a field that nobody knows', { tip: 10 }, 'tip', 'unknown_field'],
  ])('with %s is refused, the field named', async (_, over, path, code) => {
    const answer = await story.call('POST', '/purchases', till.receipt(100, over));
    expect(answer.status).toBe(422);
    expect(fieldsOf(answer)).toContainEqual(expect.objectContaining({ path, ...(code && { code }) }));
  });

  it('that was refused leaves nothing behind: the receipt can come again, mended', async () => {
    const slip = till.receipt(300, { member: { phone: '0920000099' }, pointsPaid: 5 });
    expect((await story.call('POST', '/purchases', slip)).status).toBe(422);
    expect((await till.looksUp({ phone: '0920000099' })).status).toBe(404);
    expect((await story.call('POST', '/purchases', { ...slip, pointsPaid: 0 })).status).toBe(201);
  });

  it('of nothing, and one in the name of nobody, are purchases too', async () => {
    expect((await till.buys(0, { member: { phone } })).body.points).toMatchObject({ earned: 0 });
    expect((await till.buys(100)).body).toMatchObject({ memberNo: null, points: null });
  });

  it('may have its number again on another day or in another store', async () => {
    const slip = till.receipt(100, { receiptNo: 'SAME-1' });
    const purchasedAt = '2026-11-20T12:00:00+08:00';
    for (const over of [{}, { storeCode: 'banqiao' }, { purchasedAt }])
      expect((await story.call('POST', '/purchases', { ...slip, ...over })).status).toBe(201);
  });

  it('posted ten times at once is recorded once', async () => {
    const slip = till.receipt(1000, { member: { phone } });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => story.call('POST', '/purchases', slip)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    expect(new Set(answers.map(({ body }) => body.purchaseId)).size).toBe(1);
  });
});

describe('a return', () => {
  it.each<[string, object, string, string?]>([
    ['an unknown store', { storeCode: 'mars' }, 'storeCode', 'unknown_store'],
    ['an unknown store of the purchase', { purchaseStoreCode: 'mars' }, 'purchaseStoreCode', 'unknown_store'],
    ['an unknown receipt', { receiptNo: 'none' }, 'receiptNo', 'unknown_purchase'],
    ['another day', { purchasedOn: '2026-11-20' }, 'receiptNo', 'unknown_purchase'],
    ['a day that is none', { purchasedOn: '2026-02-30' }, 'purchasedOn'],
    [
      'a time before the purchase',
      { returnedAt: '2026-11-20T12:00:00+08:00' },
      'returnedAt',
      'before_purchase',
    ],
    ['neither lines nor everything', { full: undefined }, 'lines', 'exactly_one'],
    ['both', { lines: [{ lineNo: 1, quantity: 1, amountTwd: 1 }] }, 'lines', 'exactly_one'],
    [
      'an unknown line',
      { full: undefined, lines: [{ lineNo: 7, quantity: 1, amountTwd: 1 }] },
      'lines.0.lineNo',
      'unknown_line',
    ],
    [
      'more than was bought',
      { full: undefined, lines: [{ lineNo: 1, quantity: 2, amountTwd: 1 }] },
      'lines.0.quantity',
      'more_than_bought',
    ],
    [
      'more than was paid',
      { full: undefined, lines: [{ lineNo: 1, quantity: 1, amountTwd: 1281 }] },
      'lines.0.amountTwd',
      'more_than_paid',
    ],
    [
      'nothing in it',
      { full: undefined, lines: [{ lineNo: 1, quantity: 0, amountTwd: 0 }] },
      'lines.0.quantity',
      'nothing_returned',
    ],
  ])('with %s is refused, the field named', async (_, over, path, code) => {
    const answer = await story.call('POST', '/returns', { ...back, ...over });
    expect(answer.status).toBe(422);
    expect(fieldsOf(answer)).toContainEqual(expect.objectContaining({ path, ...(code && { code }) }));
  });
});

describe('the other doors', () => {
  it.each<[string, 'POST' | 'PUT', string, object, string]>([
    ['a look-up by nothing', 'POST', '/members/lookup', {}, ''],
    ['a look-up by a landline', 'POST', '/members/lookup', { phone: '0223456789' }, 'phone'],
    ['a look-up by a spoilt code', 'POST', '/members/lookup', { memberCode: '1' }, 'memberCode'],
    ['a store without a name', 'PUT', '/stores/new', { name: ' ', address: 'x', phone: '021234567' }, 'name'],
    [
      'a store whose phone is none',
      'PUT',
      '/stores/new',
      { name: 'x', address: 'x', phone: 'call us' },
      'phone',
    ],
    [
      'a coupon without an end',
      'POST',
      '/coupons',
      { ...coupon, key: 'a', validDays: undefined },
      'validDays',
    ],
    [
      'a coupon of no money',
      'POST',
      '/coupons',
      { ...coupon, key: 'a', reward: { kind: 'amount_off', amountTwd: 0 } },
      'reward.amountTwd',
    ],
    [
      'a coupon for a store that is none',
      'POST',
      '/coupons',
      { ...coupon, key: 'a', storeCodes: ['xinyi', 'mars'] },
      'storeCodes.1',
    ],
    [
      'a coupon that has ended',
      'POST',
      '/coupons',
      { ...coupon, key: 'a', validDays: undefined, validUntil: '2026-11-20' },
      'validUntil',
    ],
    ['a switch that is neither on nor off', 'PUT', '/flows/birthday', { on: 'yes' }, 'on'],
    [
      'a use by nobody',
      'POST',
      '/coupon-redemptions',
      { memberNo: '1', claimId: '1', storeCode: 'xinyi', receiptNo: 'X' },
      'memberNo',
    ],
    [
      'a use in no store',
      'POST',
      '/coupon-redemptions',
      { memberNo, claimId: '1', storeCode: 'mars', receiptNo: 'X' },
      'storeCode',
    ],
    [
      'a use of nothing',
      'POST',
      '/coupon-redemptions',
      { memberNo, claimId: '999', storeCode: 'xinyi', receiptNo: 'X' },
      'claimId',
    ],
    ['a link for a spoilt number', 'POST', '/account-links', { memberNo: '1' }, 'memberNo'],
  ])('refuse %s, the field named', async (_, method, path, body, field) => {
    const answer = await story.call(method, path, body);
    expect(answer.status).toBe(422);
    expect(fieldsOf(answer).map((fault) => fault.path)).toContain(field);
  });

  it('answer 404 to what does not exist', async () => {
    expect((await story.call('POST', '/members/lookup', { phone: '0929999999' })).status).toBe(404);
    expect((await story.call('PUT', '/flows/newsletter', { on: true })).status).toBe(404);
    expect((await story.call('POST', '/coupon-redemptions/999/void', {})).status).toBe(404);
  });

  it('use a coupon by itself once, take it back, and let the receipt that follows name it again', async () => {
    const shopper = story.shopper('陳怡君');
    await shopper.binds({ phone, birthday: '3/5' });
    const { claimId } = (await till.looksUp({ phone })).body.coupons[0];
    const use = { memberNo, claimId, storeCode: 'xinyi', receiptNo: 'USE-1' };
    const used = await story.call('POST', '/coupon-redemptions', use);
    expect(used.status).toBe(201);
    const elsewhere = await story.call('POST', '/coupon-redemptions', { ...use, receiptNo: 'USE-2' });
    expect(elsewhere.status).toBe(409);
    const voided = await story.call('POST', `/coupon-redemptions/${used.body.redemptionId}/void`, {});
    expect(voided.status).toBe(200);
    expect((await story.call('POST', `/coupon-redemptions/${used.body.redemptionId}/void`, {})).status).toBe(
      409,
    );
    expect((await story.call('POST', '/coupon-redemptions', use)).status).toBe(201);
    const receipt = till.receipt(800, { receiptNo: 'USE-1', member: { memberNo }, claimIds: [claimId] });
    expect((await story.call('POST', '/purchases', receipt)).status).toBe(201);
    expect((await till.looksUp({ phone })).body.coupons).toEqual([]);
    const returned = await till.returns(receipt);
    expect(returned.body.claimIds).toEqual([claimId]);
  });
});
