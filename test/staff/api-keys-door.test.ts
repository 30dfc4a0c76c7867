import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStaffHouse } from '../support/staff-client.ts';

const house = await openStaffHouse(await openTestDatabase());
const owner = await house.hire('owner');
const asOwner = () => house.signIn(owner);
const withKey = (key: string) => ({
  authorization: `Bearer ${key}`,
  origin: undefined,
  'x-csrf-token': undefined,
});
const store = { name: '士林店', address: '台北市士林區文林路 1 號', phone: '02-2345-0000' };

describe('an API key', () => {
  it('is shown once, opens its scopes, and is dead from the moment it is revoked', async () => {
    const boss = await asOwner();
    const made = await boss.post('/api-keys', { name: 'Till 1', scopes: ['stores', 'stores', 'members'] });
    expect([made.status, made.body.apiKey.scopes]).toEqual([201, ['stores', 'members']]);
    const { key, apiKey } = made.body;
    expect(key).toMatch(/^shk_[A-Za-z0-9_-]{43}$/);
    const till = house.visit();
    expect((await till.get('/stores', withKey(key))).status).toBe(200);
    expect((await till.get('/coupons', withKey(key))).status).toBe(403);
    const listed = await boss.get('/api-keys');
    expect(listed.body.items).toMatchObject([
      { id: apiKey.id, name: 'Till 1', lastUsedAt: house.wire.now().toISOString(), revokedAt: null },
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(key);

    const revoked = await boss.post(`/api-keys/${apiKey.id}/revoke`);
    expect([revoked.status, revoked.body.revokedAt]).toEqual([200, house.clock.now().toISOString()]);
    expect((await till.get('/stores', withKey(key))).status).toBe(401);
    const again = await boss.post(`/api-keys/${apiKey.id}/revoke`);
    expect([again.status, again.body]).toEqual([200, revoked.body]);
    const taken = await boss.post('/api-keys', { name: 'Till 1', scopes: ['stores'] });
    expect([taken.status, taken.body.error.code]).toEqual([409, 'name_taken']);
    expect((await boss.post('/api-keys/99999/revoke')).status).toBe(404);
  });

  it('has a name and at least one scope that exists', async () => {
    const boss = await asOwner();
    for (const body of [
      { name: '', scopes: ['stores'] },
      { name: 'x'.repeat(61), scopes: ['stores'] },
      { name: '<b>', scopes: ['stores'] },
      { name: 'No scope', scopes: [] },
      { name: 'Odd scope', scopes: ['everything'] },
      { name: 'Any', scopes: ['any'] },
    ])
      expect([body, (await boss.post('/api-keys', body)).status]).toEqual([body, 422]);
  });

  it('never stands for a person, whatever cookie comes with it', async () => {
    const boss = await asOwner();
    const { key } = (await boss.post('/api-keys', { name: 'Bare', scopes: ['stores'] })).body;
    for (const [method, path, body] of [
      ['GET', '/people', undefined],
      ['GET', '/session', undefined],
      ['GET', '/api-keys', undefined],
      ['POST', '/people', { name: 'Planted', role: 'owner', storeIds: [] }],
      ['POST', '/api-keys', { name: 'Planted', scopes: ['stores'] }],
      ['POST', '/session/sign-out', undefined],
    ] as const) {
      const answer = await boss.send(method, path, body, { authorization: `Bearer ${key}` });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await boss.get('/stores', { authorization: 'Bearer nonsense' })).status).toBe(401);
    expect(await boss.state()).toBe('signed_in');
  });

  it('needs an Idempotency-Key where it writes; a person on our pages does not', async () => {
    const boss = await asOwner();
    const { key } = (await boss.post('/api-keys', { name: 'Writer', scopes: ['coupons', 'stores'] })).body;
    const body = { memberNo: '0000000000', claimId: '1', storeCode: 'xinyi', receiptNo: 'R-1' };
    const bare = await house.visit().post('/coupon-redemptions', body, withKey(key));
    expect([bare.status, bare.body.error.code]).toEqual([400, 'idempotency_key']);
    const headers = { ...withKey(key), 'idempotency-key': randomUUID() };
    expect((await house.visit().post('/coupon-redemptions', body, headers)).status).toBe(422);
    expect((await boss.post('/coupon-redemptions', body)).status).toBe(422);
  });

  it('and people leave their own names behind: the same route, two kinds of callers', async () => {
    const boss = await house.signIn(owner, house.visit('203.0.113.50'));
    const { key, apiKey } = (await boss.post('/api-keys', { name: 'Noted', scopes: ['stores', 'flows'] }))
      .body;
    expect((await boss.send('PUT', '/stores/byhand', store)).status).toBeLessThan(300);
    const till = house.visit('203.0.113.51');
    expect((await till.send('PUT', '/stores/bykey', store, withKey(key))).status).toBeLessThan(300);
    const { items } = (await boss.get('/flows')).body;
    const flow = items[0].key as string;
    expect((await boss.send('PUT', `/flows/${flow}`, { on: true })).status).toBe(200);
    await boss.post(`/api-keys/${apiKey.id}/revoke`);
    const noted = await sql<Record<string, unknown>>`
      select action, actor_kind, actor_id, place from audit_entries
      where action in ('api_key.created', 'api_key.revoked') and subject_id = ${apiKey.id}
         or subject_kind in ('store', 'flow') and actor_kind in ('staff', 'api_key') order by id`.execute(
      house.db,
    );
    const place = { address: '203.0.113.0/24' };
    const byHand = { actor_kind: 'staff', actor_id: String(owner.id), place };
    expect(noted.rows).toMatchObject([
      { action: 'api_key.created', ...byHand },
      byHand,
      { actor_kind: 'api_key', actor_id: apiKey.id, place },
      byHand,
      { action: 'api_key.revoked', ...byHand },
    ]);
  });
});
