import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStaffHouse, password } from '../support/staff-client.ts';

const house = await openStaffHouse(await openTestDatabase());

describe('a request from another site', () => {
  const foreign = [
    'https://evil.example',
    'null',
    'http://shuke.example',
    'https://shuke.example.evil.example',
    undefined,
  ];

  it('signs nobody in', async () => {
    const { name } = await house.hire('marketer');
    for (const origin of foreign) {
      const visitor = house.visit();
      const answer = await visitor.post('/session/sign-in', { name, password }, { origin });
      expect([origin, answer.status, answer.body.error?.code]).toEqual([origin, 403, 'csrf']);
      expect(answer.setCookies).toEqual([]);
    }
    expect((await house.visit().post('/session/sign-in', { name, password })).status).toBe(200);
  });

  it('uses up no invitation and pairs no device', async () => {
    const owner = await house.hire('owner');
    const token = await house.ownerLink('Another owner');
    const storeId = String(house.stores.xinyi.storeId);
    const { code } = (await owner.visitor.post('/devices', { name: 'Counter', storeId })).body;
    for (const origin of foreign) {
      const body = { token, password, language: 'en' };
      expect((await house.visit().post('/session/invitation/accept', body, { origin })).status).toBe(403);
      expect((await house.visit().post('/device/pair', { code }, { origin })).status).toBe(403);
    }
    expect((await house.visit().post('/session/invitation', { token })).status).toBe(200);
    expect((await house.visit().post('/device/pair', { code })).status).toBe(200);
  });

  it('changes nothing with the cookie of somebody who is signed in', async () => {
    const owner = await house.hire('owner');
    const other = await house.hire('marketer');
    const writes = [
      ['POST', '/people', { name: 'Planted', role: 'owner', storeIds: [] }],
      ['POST', `/people/${other.id}/disable`, undefined],
      ['POST', '/api-keys', { name: 'planted', scopes: ['members'] }],
      ['PUT', '/session/language', { language: 'ja' }],
      ['POST', '/session/enrolment', undefined],
      ['POST', '/session/sign-out', undefined],
    ] as const;
    const csrfOfOther = (await other.visitor.get('/session')).body.csrfToken as string;
    for (const [method, path, body] of writes) {
      for (const headers of [
        ...foreign.map((origin) => ({ origin })),
        { 'x-csrf-token': undefined },
        { 'x-csrf-token': '' },
        { 'x-csrf-token': 'A'.repeat(43) },
        { 'x-csrf-token': csrfOfOther },
      ]) {
        const answer = await owner.visitor.send(method, path, body, headers);
        expect([path, headers, answer.status, answer.body.error?.code]).toEqual([path, headers, 403, 'csrf']);
      }
    }
    expect((await owner.visitor.get('/session')).body).toMatchObject({
      state: 'signed_in',
      staff: { language: 'zh-TW' },
    });
    expect(await other.visitor.state()).toBe('signed_in');
    const people = (await owner.visitor.get('/people?limit=200')).body.items as { name: string }[];
    expect(people.map(({ name }) => name)).not.toContain('Planted');
    expect((await owner.visitor.get('/api-keys')).body.items).toEqual([]);
  });

  it('reads only: no GET of ours changes anything', async () => {
    const owner = await house.hire('owner');
    const snapshot = async () => {
      const found = await sql<{ all: string }>`
        select jsonb_build_array(
          (select jsonb_agg(to_jsonb(a) order by id) from staff_accounts a),
          (select jsonb_agg(to_jsonb(s) - 'last_seen_at' order by id) from staff_sessions s),
          (select jsonb_agg(to_jsonb(d) order by id) from staff_devices d),
          (select count(*) from audit_entries), (select count(*) from facts),
          (select jsonb_agg(to_jsonb(k) order by id) from api_keys k))::text as all`.execute(house.db);
      return found.rows[0]?.all;
    };
    const before = await snapshot();
    for (const path of [
      '/session',
      '/device',
      '/people',
      '/devices',
      '/api-keys',
      '/stores',
      '/flows',
      '/coupons',
    ])
      expect([path, (await owner.visitor.get(path, { origin: 'https://evil.example' })).status]).toEqual([
        path,
        200,
      ]);
    expect(await snapshot()).toBe(before);
  });
});
