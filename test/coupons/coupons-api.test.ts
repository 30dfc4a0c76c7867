import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { couponRoutes } from '#features/coupons/coupons-routes.ts';
import { issueCoupon } from '#features/coupons/issue-coupon.ts';
import { redemptionRoutes } from '#features/coupons/redemptions-routes.ts';
import { voidRoutes } from '#features/coupons/voiding/void-routes.ts';
import { readTierKeys } from '#features/tiers/tier-keys-reads.ts';
import { addMs } from '#foundation/clock.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { makeMember, makeStore, noon, system, today } from './cast.ts';

const database = await openTestDatabase();
const api = await openTestApi(database, (context) => [
  couponRoutes(context, { readTierKeys }),
  redemptionRoutes(context),
  voidRoutes(context),
]);
await makeStore(api.db, 'xinyi', '信義店');

const plain = {
  key: 'anniversary',
  title: { 'zh-TW': '週年慶滿千折百', en: 'NT$100 off' },
  reward: { kind: 'amount_off', amountTwd: 100 },
  isClaimable: true,
  validDays: 30,
};

let holders = 10;
async function makeHolder(n: number) {
  const memberId = await makeMember(api.db, n);
  const { member_no: memberNo } = await api.db
    .selectFrom('members')
    .select('member_no')
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow();
  const given = await api.transact((tx) =>
    issueCoupon(tx, {
      couponKey: 'welcome',
      memberId,
      issueKey: `api:${n}`,
      now: noon,
      today,
      actor: system,
      source: 'job',
    }),
  );
  if (!given.ok) throw new Error(given.reason);
  return { memberId, memberNo, claimId: String(given.claimId) };
}

describe('defining coupons', () => {
  it('answers with the whole definition, once per key', async () => {
    const made = await api.call('POST', '/coupons', plain);
    expect(made).toMatchObject({
      status: 201,
      body: {
        key: 'anniversary',
        title: { 'zh-TW': '週年慶滿千折百', ja: '週年慶滿千折百' },
        claimedCount: 0,
        perMember: 1,
      },
    });
    expect(await api.call('POST', '/coupons', plain)).toMatchObject({
      status: 409,
      body: { error: { code: 'coupon_key_taken', fields: [{ path: 'key' }] } },
    });
  });

  it('takes every kind of reward and limit', async () => {
    for (const [n, reward] of [
      { kind: 'percent_off', percent: 15, maxTwd: 300 },
      { kind: 'gift', name: { 'zh-TW': '帆布袋' } },
      { kind: 'free_shipping' },
    ].entries()) {
      const made = await api.call('POST', '/coupons', {
        ...plain,
        key: `kind-${n}`,
        reward,
        validDays: null,
        validUntil: '2026-12-31',
        minSpendTwd: 1_000,
        storeCodes: ['xinyi'],
        categories: ['茶'],
        channels: ['online'],
        tierKeys: ['gold'],
        claimFrom: '2026-11-20T10:00:00+08:00',
        claimUntil: '2026-12-01T00:00:00+08:00',
        quota: 500,
        perMember: 2,
      });
      expect(made).toMatchObject({
        status: 201,
        body: { reward, claimFrom: '2026-11-20T02:00:00.000Z', quota: 500 },
      });
    }
  });

  it.each([
    ['title.zh-TW', { title: { en: 'Coupon' } }],
    ['title.zh-TW', { title: { 'zh-TW': '一二三四五六七八九十一二三四五六七八九十一' } }],
    ['title.zh-TW', { title: { 'zh-TW': '  ' } }],
    ['title.zh-TW', { title: { 'zh-TW': 'a\u0000b' } }],
    ['title.fr', { title: { 'zh-TW': '券', fr: 'coupon' } }],
    ['key', { key: 'Has Space' }],
    ['reward.kind', { reward: { kind: 'cash' } }],
    ['reward.amountTwd', { reward: { kind: 'amount_off', amountTwd: 0 } }],
    ['reward.amountTwd', { reward: { kind: 'amount_off', amountTwd: '100' } }],
    ['reward.percent', { reward: { kind: 'percent_off', percent: 100 } }],
    ['reward.percent', { reward: { kind: 'percent_off', percent: 0.5 } }],
    ['reward.name', { reward: { kind: 'gift' } }],
    ['minSpendTwd', { minSpendTwd: -1 }],
    ['storeCodes', { storeCodes: [] }],
    ['storeCodes.0', { storeCodes: ['nowhere'] }],
    ['channels.0', { channels: ['phone'] }],
    ['channels', { reward: { kind: 'free_shipping' }, channels: ['store'] }],
    ['tierKeys', { tierKeys: ['gold', 'gold'] }],
    ['tierKeys.1', { tierKeys: ['gold', 'platinum'] }],
    ['claimFrom', { claimFrom: '2026-11-20T10:00:00' }],
    ['claimUntil', { claimFrom: '2026-11-20T10:00:00+08:00', claimUntil: '2026-11-20T02:00:00Z' }],
    ['validDays', { validDays: null }],
    ['validDays', { validDays: 0 }],
    ['validUntil', { validUntil: '2026-12-31' }],
    ['validUntil', { validDays: null, validUntil: '2026-02-30' }],
    ['validUntil', { validDays: null, validUntil: '2026-11-20' }],
    ['quota', { quota: 1e12 }],
    ['perMember', { perMember: 0 }],
    ['isClaimable', { isClaimable: 'yes' }],
    ['channels', { reward: { kind: 'free_shipping' }, channels: ['store', 'online'] }],
    ['reward.amountTwd', { reward: { kind: 'amount_off', amountTwd: 501 }, minSpendTwd: 500 }],
    ['pointsPrice', { pointsPrice: 0 }],
    ['pointsPrice', { pointsPrice: 1_000_001 }],
    ['pointsPrice', { pointsPrice: 0.5 }],
    ['pointsPrice', { pointsPrice: 10, isClaimable: false }],
    ['claimFrom', { claimFrom: '2026-12-01T00:00:00+08:00', isClaimable: false }],
    ['claimUntil', { claimUntil: '2026-11-20T00:00:00+08:00' }],
    ['claimFrom', { claimFrom: '2027-01-01T00:00:00+08:00', validDays: null, validUntil: '2026-12-31' }],
    ['audienceKeys.0', { audienceKeys: ['nobody'] }],
    ['audienceKeys', { audienceKeys: [] }],
    ['colour', { colour: 'red' }],
  ])('refuses a bad %s by its path: %j', async (path, over) => {
    const refused = await api.call('POST', '/coupons', { ...plain, key: 'bad', ...over });
    expect(refused.status).toBe(422);
    const { fields } = (refused.body as { error: { fields: { path: string; message: string }[] } }).error;
    expect(fields.map((field) => field.path)).toContain(path);
    expect(fields.every((field) => field.message !== '')).toBe(true);
  });

  it('needs an Idempotency-Key and answers the same again under it', async () => {
    expect(
      await api.call('POST', '/coupons', { ...plain, key: 'no-key' }, { 'idempotency-key': '' }),
    ).toMatchObject({
      status: 400,
    });
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.call('POST', '/coupons', { ...plain, key: 'twice' }, headers);
    expect(await api.call('POST', '/coupons', { ...plain, key: 'twice' }, headers)).toEqual(first);
    expect(await api.call('POST', '/coupons', { ...plain, key: 'other' }, headers)).toMatchObject({
      status: 409,
    });
  });

  it('lists them page by page', async () => {
    const keys: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await api.call('GET', `/coupons?limit=2${cursor && `&cursor=${cursor}`}`);
      const { items, nextCursor } = page.body as { items: { key: string }[]; nextCursor: string | null };
      expect(items.length).toBeLessThanOrEqual(2);
      keys.push(...items.map((item) => item.key));
      cursor = nextCursor;
    }
    expect(keys).toContain('anniversary');
    expect(new Set(keys).size).toBe(keys.length);
    expect(await api.call('GET', '/coupons?cursor=abc')).toMatchObject({ status: 400 });
    expect(await api.call('GET', '/coupons?limit=201')).toMatchObject({ status: 400 });
  });

  it('is for keys of the scope', async () => {
    const key = await api.issueKey(['purchases']);
    expect(await api.call('GET', '/coupons', undefined, { authorization: `Bearer ${key}` })).toMatchObject({
      status: 403,
    });
  });
});

describe('redeeming at the counter', () => {
  it('uses a coupon for a receipt, accepts the same again, refuses another, and takes it back', async () => {
    const { memberNo, claimId } = await makeHolder(1);
    const body = { memberNo, claimId, storeCode: 'xinyi', receiptNo: 'R1' };
    const used = await api.call('POST', '/coupon-redemptions', body);
    expect(used).toMatchObject({
      status: 201,
      body: { claimId, couponKey: 'welcome', title: { en: 'NT$100 off for new members' } },
    });
    expect(await api.call('POST', '/coupon-redemptions', body)).toEqual({ ...used, status: 200 });
    expect(await api.call('POST', '/coupon-redemptions', { ...body, receiptNo: 'R2' })).toMatchObject({
      status: 409,
      body: { error: { code: 'already_redeemed', fields: [{ path: 'claimId' }] } },
    });
    const { redemptionId } = used.body as { redemptionId: string };
    expect(await api.call('POST', `/coupon-redemptions/${redemptionId}/void`)).toEqual({
      status: 200,
      body: { redemptionId, claimId, endsOn: '2027-01-20' },
    });
    expect(await api.call('POST', `/coupon-redemptions/${redemptionId}/void`)).toMatchObject({
      status: 409,
      body: { error: { code: 'already_undone', fields: [{ path: 'params.id' }] } },
    });
    expect(await api.call('POST', '/coupon-redemptions', { ...body, receiptNo: 'R2' })).toMatchObject({
      status: 201,
    });
  });

  it('is refused while spending is held, and while it is locked', async () => {
    const { memberId, memberNo, claimId } = await makeHolder(2);
    const body = { memberNo, claimId, storeCode: 'xinyi', receiptNo: 'H1' };
    const hold = (spending: { spending_held_until?: Date | null; spending_locked_at?: Date }) =>
      api.db.updateTable('members').set(spending).where('id', '=', memberId).execute();
    await hold({ spending_held_until: addMs(noon, 1) });
    expect(await api.call('POST', '/coupon-redemptions', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'spending_held' } },
    });
    await hold({ spending_held_until: null, spending_locked_at: noon });
    expect(await api.call('POST', '/coupon-redemptions', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'spending_locked' } },
    });
  });

  it.each([
    ['memberNo', { memberNo: '1234567890' }],
    ['claimId', { claimId: '999999' }],
    ['claimId', { claimId: '1e3' }],
    ['claimId', { claimId: '9007199254740993' }],
    ['claimId', { claimId: 5 }],
    ['storeCode', { storeCode: 'nowhere' }],
    ['receiptNo', { receiptNo: '' }],
    ['amount', { amount: 5 }],
  ])('refuses a bad %s by its path: %j', async (path, over) => {
    const { memberNo, claimId } = await makeHolder(holders++);
    const body = { memberNo, claimId, storeCode: 'xinyi', receiptNo: 'B1', ...over };
    expect(await api.call('POST', '/coupon-redemptions', body)).toMatchObject({
      status: 422,
      body: { error: { fields: expect.arrayContaining([expect.objectContaining({ path })]) } },
    });
  });

  it('names the coupon that cannot be made void, and leaves it', async () => {
    const { memberNo, claimId } = await makeHolder(holders++);
    const used = { memberNo, claimId, storeCode: 'xinyi', receiptNo: 'VOID1' };
    await api.call('POST', '/coupon-redemptions', used);
    const makeVoid = (id: string) =>
      api.call('POST', `/coupon-claims/${id}/void`, { reason: 'out of stock' });
    const refused = (code: string) => ({
      status: 409,
      body: { error: { code, fields: [{ path: 'params.id', code }] } },
    });
    expect(await makeVoid(claimId)).toMatchObject(refused('redeemed'));
    const other = await makeHolder(holders++);
    expect(await makeVoid(other.claimId)).toMatchObject({ status: 200 });
    expect(await makeVoid(other.claimId)).toMatchObject(refused('already_void'));
  });

  it('does not know a redemption that never was', async () => {
    expect(await api.call('POST', '/coupon-redemptions/999999/void')).toMatchObject({ status: 404 });
    expect(await api.call('POST', '/coupon-redemptions/x/void')).toMatchObject({ status: 400 });
  });
});
