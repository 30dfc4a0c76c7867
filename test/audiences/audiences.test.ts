import { describe, expect, it } from 'vitest';
import { readAudienceKeysOf } from '#features/audiences/audience-reads.ts';
import { audienceRoutes } from '#features/audiences/audience-routes.ts';
import { couponRoutes } from '#features/coupons/coupons-routes.ts';
import { mergePersons } from '#features/members/merge-persons.ts';
import { readTierKeys } from '#features/tiers/tier-keys-reads.ts';
import { reactions } from '../../src/reactions.ts';
import { makeMember } from '../coupons/cast.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, tester } from '../support/shop.ts';

const database = await openTestDatabase();
const api = await openTestApi(
  database,
  (context) => [audienceRoutes(context), couponRoutes(context, { readTierKeys })],
  {
    reactions,
  },
);

async function makeNumbered(n: number) {
  const memberId = await makeMember(api.db, n);
  const found = await api.db
    .selectFrom('members')
    .select('member_no')
    .where('id', '=', memberId)
    .executeTakeFirstOrThrow();
  return { memberId, memberNo: found.member_no };
}
const [anna, ben] = [await makeNumbered(1), await makeNumbered(2)];

describe('audiences at the door', () => {
  it('are made once, renamed and listed', async () => {
    expect(await api.call('PUT', '/audiences/tasters', { name: '試飲會' })).toEqual({
      status: 201,
      body: { key: 'tasters', name: '試飲會', memberCount: 0 },
    });
    expect(await api.call('PUT', '/audiences/tasters', { name: '春茶試飲會' })).toMatchObject({
      status: 200,
      body: { name: '春茶試飲會' },
    });
    await api.call('PUT', '/audiences/vip-night', { name: 'VIP 之夜' });
    expect(await api.call('GET', '/audiences?limit=1')).toMatchObject({
      body: { items: [{ key: 'tasters' }], nextCursor: 'tasters' },
    });
    expect(await api.call('GET', '/audiences?limit=1&cursor=tasters')).toMatchObject({
      body: { items: [{ key: 'vip-night' }], nextCursor: null },
    });
  });

  it('take members in and let them go', async () => {
    const both = { add: [anna.memberNo, ben.memberNo] };
    expect(await api.call('POST', '/audiences/tasters/members', both)).toMatchObject({
      status: 200,
      body: { added: 2, removed: 0, memberCount: 2 },
    });
    expect(await api.call('POST', '/audiences/tasters/members', { remove: [ben.memberNo] })).toMatchObject({
      body: { added: 0, removed: 1, memberCount: 1 },
    });
    expect(await readAudienceKeysOf(api.db, anna.memberId)).toEqual(['tasters']);
  });

  it.each([
    ['add', 422, 'tasters', {}],
    ['add.0', 422, 'tasters', { add: ['0000000000'] }],
    ['remove.0', 422, 'tasters', { add: [anna.memberNo], remove: [anna.memberNo] }],
    ['add.0', 422, 'tasters', { add: [7] }],
    ['people', 422, 'tasters', { add: [anna.memberNo], people: [] }],
  ])('refuse a bad %s and change nothing', async (path, status, key, body) => {
    const refused = await api.call('POST', `/audiences/${key}/members`, body);
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.body)).toContain(`"path":"${path}"`);
    expect(await readAudienceKeysOf(api.db, anna.memberId)).toEqual(['tasters']);
  });

  it('refuse a key that is none, and one that nobody made', async () => {
    expect(await api.call('PUT', '/audiences/Has Space', { name: 'x' })).toMatchObject({ status: 400 });
    expect(await api.call('POST', '/audiences/nobody/members', { add: [anna.memberNo] })).toMatchObject({
      status: 404,
    });
  });

  it('follow the person when two turn out to be one', async () => {
    await api.call('POST', '/audiences/vip-night/members', { add: [ben.memberNo] });
    const persons = { fromId: ben.memberId, intoId: anna.memberId, now: noon, actor: tester, source: 'api' };
    await api.transact((tx) => mergePersons(tx, persons));
    expect(await readAudienceKeysOf(api.db, anna.memberId)).toEqual(['tasters', 'vip-night']);
    expect(await readAudienceKeysOf(api.db, ben.memberId)).toEqual([]);
  });
});

describe('a coupon for an audience', () => {
  const coupon = { key: 'a', title: { 'zh-TW': '春茶券' }, reward: { kind: 'amount_off', amountTwd: 100 } };
  it('names audiences that there are', async () => {
    const asked = { ...coupon, isClaimable: true, validDays: 30 };
    expect(await api.call('POST', '/coupons', { ...asked, audienceKeys: ['tasters'] })).toMatchObject({
      status: 201,
      body: { audienceKeys: ['tasters'], pointsPrice: null },
    });
    const refused = await api.call('POST', '/coupons', {
      ...asked,
      key: 'b',
      audienceKeys: ['tasters', 'x'],
    });
    expect(refused).toMatchObject({
      status: 422,
      body: { error: { fields: [{ path: 'audienceKeys.1', code: 'unknown_audience' }] } },
    });
  });
});
