import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { deviceCookie, openStaffHouse, pin, type Visitor } from '../support/staff-client.ts';

const house = await openStaffHouse(await openTestDatabase({ max: 20 }));
const owner = await house.hire('owner');
const asOwner = () => house.signIn(owner);
const xinyi = String(house.stores.xinyi.storeId);
const banqiao = String(house.stores.banqiao.storeId);
const add = (by: Visitor, storeId = xinyi, name = 'Counter') => by.post('/devices', { name, storeId });
const pairWith = (code: string, visitor = house.visit()) => visitor.post('/device/pair', { code });
const isPaired = async (visitor: Visitor) => (await visitor.get('/device')).body.device !== null;

describe('a pairing code', () => {
  it('makes the browser that types it the device, once', async () => {
    const added = await add(await asOwner());
    expect([added.status, added.body.device.state]).toEqual([201, 'waiting']);
    expect(added.body.code).toMatch(/^[0-9]{4} [0-9]{4}$/);
    const counter = house.visit();
    const paired = await pairWith(added.body.code.replace(' ', ''), counter);
    expect(paired.body).toMatchObject({ device: { id: added.body.device.id, store: { code: 'xinyi' } } });
    const cookie = paired.setCookies.find((line) => line.startsWith(`${deviceCookie}=`)) ?? '';
    expect(cookie.split('; ').slice(1).sort()).toEqual(
      ['HttpOnly', 'Max-Age=34560000', 'Path=/', 'SameSite=Lax', 'Secure'].sort(),
    );
    expect(await isPaired(counter)).toBe(true);
    const again = await pairWith(added.body.code);
    expect([again.status, again.body.error.code, again.setCookies]).toEqual([410, 'pairing_failed', []]);
  });

  it('typed on several browsers at once makes one of them the device', async () => {
    const { code } = (await add(await asOwner())).body;
    const answers = await Promise.all(Array.from({ length: 6 }, () => pairWith(code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410, 410]);
  });

  it('lasts 10 minutes', async () => {
    const boss = await asOwner();
    const [early, late] = [(await add(boss)).body, (await add(boss)).body];
    house.wait({ minutes: 9, seconds: 59 });
    expect((await pairWith(early.code)).status).toBe(200);
    house.wait({ seconds: 1 });
    expect((await pairWith(late.code)).status).toBe(410);
    const listed = (await boss.get('/devices?limit=200')).body.items as {
      id: string;
      codeExpiresAt: unknown;
    }[];
    expect(listed.find(({ id }) => id === late.device.id)?.codeExpiresAt).toBeNull();
  });

  it('is stored hashed, and so is what the device holds', async () => {
    const boss = await asOwner();
    const { code } = (await add(boss)).body;
    const { counter } = await house.pair(boss);
    const rows = await sql<{ all: string }>`
      select string_agg(to_jsonb(d)::text, '') as all from staff_devices d`.execute(house.db);
    const audit = await sql<{ all: string }>`
      select string_agg(to_jsonb(a)::text, '') as all from audit_entries a`.execute(house.db);
    for (const text of [rows.rows[0]?.all, audit.rows[0]?.all]) {
      expect(text).not.toContain(code.replace(' ', ''));
      expect(text).not.toContain(counter.cookies.get(deviceCookie));
    }
  });

  it('is not found by guessing: a network gets thirty tries, and a success takes its own back', async () => {
    const { code } = (await add(await asOwner())).body;
    const right = code.replace(' ', '');
    const at = () => house.visit('198.51.100.8');
    const wrong = (i: number) => String((Number(right) + i) % 100_000_000).padStart(8, '0');
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => pairWith(wrong(i + 1), at())));
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(30);
    const blocked = await pairWith(right, at());
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60']);
    house.wait({ seconds: 60 });
    expect((await pairWith(right, at())).status).toBe(200);
  });
});

describe('pairing again', () => {
  it('leaves the old browser in until the new code is typed, and out from then on', async () => {
    const boss = await asOwner();
    const { counter, deviceId } = await house.pair(boss);
    const clerk = await house.hire('clerk');
    await counter.post('/device/switch', { staffId: String(clerk.id), pin });
    const renewed = await boss.post(`/devices/${deviceId}/code`, {});
    expect([renewed.status, await isPaired(counter), await counter.state()]).toEqual([
      200,
      true,
      'signed_in',
    ]);
    const next = house.visit();
    expect((await pairWith(renewed.body.code, next)).status).toBe(200);
    expect([await isPaired(counter), await counter.state(), await isPaired(next)]).toEqual([
      false,
      'signed_out',
      true,
    ]);
    expect((await counter.get('/stores')).status).toBe(401);
  });

  it('makes the former code worthless', async () => {
    const boss = await asOwner();
    const added = (await add(boss)).body;
    const renewed = await boss.post(`/devices/${added.device.id}/code`, {});
    expect((await pairWith(added.code)).status).toBe(410);
    expect((await pairWith(renewed.body.code)).status).toBe(200);
  });

  it('ends the session of whoever was signed in on that browser', async () => {
    const boss = await asOwner();
    const { code } = (await add(boss)).body;
    const someone = await house.hire('marketer');
    const copy = someone.visitor.thief();
    expect((await pairWith(code, someone.visitor)).status).toBe(200);
    expect([await someone.visitor.state(), await copy.state()]).toEqual(['signed_out', 'signed_out']);
  });
});

describe('a revoked device', () => {
  it('is out at once, with whoever is signed in on it, and for ever', async () => {
    const boss = await asOwner();
    const { counter, deviceId } = await house.pair(boss);
    const clerk = await house.hire('clerk');
    await counter.post('/device/switch', { staffId: String(clerk.id), pin });
    const listed = (await boss.get('/devices?limit=200')).body.items as { id: string }[];
    expect(listed.find(({ id }) => id === deviceId)).toMatchObject({
      state: 'paired',
      signedIn: { name: clerk.name },
    });
    expect((await boss.post(`/devices/${deviceId}/revoke`)).body).toMatchObject({
      state: 'revoked',
      signedIn: null,
    });
    expect((await boss.post(`/devices/${deviceId}/revoke`)).status).toBe(200);
    expect((await counter.get('/stores')).status).toBe(401);
    expect((await counter.get('/device')).body).toMatchObject({ device: null, people: [] });
    const switched = await counter.post('/device/switch', { staffId: String(clerk.id), pin });
    expect([switched.status, switched.body.error.code]).toEqual([401, 'not_paired']);
    const again = await boss.post(`/devices/${deviceId}/code`, {});
    expect([again.status, again.body.error.code]).toEqual([409, 'device_revoked']);
  });

  it('takes its open code with it', async () => {
    const boss = await asOwner();
    const { code, device } = (await add(boss)).body;
    await boss.post(`/devices/${device.id}/revoke`);
    expect((await pairWith(code)).status).toBe(410);
  });

  it('stays revoked when it is paired at the same moment', async () => {
    const boss = await asOwner();
    for (let i = 0; i < 5; i++) {
      const { code, device } = (await add(boss)).body;
      const counter = house.visit();
      const [, revoked] = await Promise.all([
        pairWith(code, counter),
        boss.post(`/devices/${device.id}/revoke`),
      ]);
      expect(revoked.status).toBe(200);
      expect(await isPaired(counter)).toBe(false);
    }
  });
});

describe('a manager', () => {
  it('sees, adds, pairs and revokes devices of their own stores only', async () => {
    const boss = await asOwner();
    const manager = await house.hire('manager', { stores: ['xinyi'] });
    const theirs = (await add(boss, banqiao, 'Elsewhere')).body.device.id as string;
    const own = await add(manager.visitor, xinyi);
    expect(own.status).toBe(201);
    for (const answer of [
      await add(manager.visitor, banqiao),
      await manager.visitor.post(`/devices/${theirs}/code`, {}),
      await manager.visitor.post(`/devices/${theirs}/revoke`),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
    const seen = (await manager.visitor.get('/devices?limit=200')).body.items as {
      store: { code: string };
    }[];
    expect(new Set(seen.map(({ store }) => store.code))).toEqual(new Set(['xinyi']));
    expect((await manager.visitor.post(`/devices/${own.body.device.id}/code`, {})).status).toBe(200);
    expect((await manager.visitor.post(`/devices/${own.body.device.id}/revoke`)).status).toBe(200);
    const kept = (await boss.get('/devices?limit=200')).body.items as { id: string; state: string }[];
    expect(kept.find(({ id }) => id === theirs)?.state).toBe('waiting');
  });

  it('of two stores acts on a shared device for the store where it stands', async () => {
    const boss = await asOwner();
    const manager = await house.hire('manager', { stores: ['xinyi', 'banqiao'] });
    const { counter } = await house.pair(boss, 'banqiao');
    await counter.post('/device/switch', { staffId: String(manager.id), pin });
    expect([(await add(counter, xinyi)).status, (await add(counter, banqiao)).status]).toEqual([403, 201]);
    const seen = (await counter.get('/devices?limit=200')).body.items as { store: { code: string } }[];
    expect(new Set(seen.map(({ store }) => store.code))).toEqual(new Set(['banqiao']));
  });
});

describe('what is done to devices', () => {
  it('is noted: who, what, and from where', async () => {
    const boss = await asOwner();
    const { deviceId } = await house.pair(boss);
    await boss.post(`/devices/${deviceId}/code`, {});
    await boss.post(`/devices/${deviceId}/revoke`);
    const noted = await sql<Record<string, unknown>>`
      select action, actor_kind, actor_id, place from audit_entries
      where subject_kind = 'device' and subject_id = ${deviceId} order by id`.execute(house.db);
    const by = {
      actor_kind: 'staff',
      actor_id: String(owner.id),
      place: { address: expect.stringMatching(/\.0\/24$/) },
    };
    expect(noted.rows).toMatchObject([
      { ...by, action: 'device.added' },
      { ...by, action: 'device.paired', place: { deviceId: Number(deviceId), storeId: Number(xinyi) } },
      { ...by, action: 'device.code_made' },
      { ...by, action: 'device.revoked' },
    ]);
  });

  it('names a store that exists', async () => {
    const refused = await add(await asOwner(), '99999');
    expect([refused.status, refused.body.error.fields]).toMatchObject([
      422,
      [{ path: 'storeId', code: 'unknown_store' }],
    ]);
    const boss = await asOwner();
    for (const path of ['code', 'revoke'])
      expect((await boss.post(`/devices/99999/${path}`, {})).status).toBe(404);
  });
});
