import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { deviceCookie, openStaffHouse, pin, sessionCookie, type Visitor } from '../support/staff-client.ts';
import { overtake } from './overtake.ts';

const house = await openStaffHouse(await openTestDatabase({ max: 20 }));
const owner = await house.hire('owner');
const asOwner = () => house.signIn(owner);
const switchTo = (counter: Visitor, id: number, given = pin) =>
  counter.post('/device/switch', { staffId: String(id), pin: given });
const pairAt = async (store: 'xinyi' | 'banqiao' = 'xinyi') =>
  (await house.pair(await asOwner(), store)).counter;

describe('a counter', () => {
  it('shows who works in its store and has a PIN, and nothing before it is paired', async () => {
    const [here, both, there] = [
      await house.hire('clerk', { name: 'Here' }),
      await house.hire('manager', { name: 'Both', stores: ['xinyi', 'banqiao'] }),
      await house.hire('clerk', { name: 'There', stores: ['banqiao'] }),
    ];
    const boss = await asOwner();
    await house.hire('marketer', { name: 'At a desk', stores: ['xinyi'] });
    const gone = await house.hire('clerk', { name: 'Gone' });
    await boss.post(`/people/${gone.id}/disable`);
    await boss.post('/people', {
      name: 'No PIN yet',
      role: 'clerk',
      storeIds: [String(house.stores.xinyi.storeId)],
    });
    expect((await (await pairAt('xinyi')).get('/device')).body).toMatchObject({
      device: { store: { code: 'xinyi' } },
      people: [
        { id: String(both.id), name: 'Both' },
        { id: String(here.id), name: 'Here' },
      ],
    });
    expect((await (await pairAt('banqiao')).get('/device')).body.people).toEqual([
      { id: String(both.id), name: 'Both' },
      { id: String(there.id), name: 'There' },
    ]);
    expect((await house.visit().get('/device')).body).toMatchObject({ device: null, people: [] });
  });

  it('is taken over by PIN, locked, and taken over by the next, each under a new token', async () => {
    const [one, two] = [await house.hire('clerk'), await house.hire('clerk')];
    const counter = await pairAt();
    const answer = await switchTo(counter, one.id);
    expect(answer.body).toEqual({ state: 'signed_in' });
    expect(answer.setCookies[0]?.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
    expect((await counter.get('/session')).body).toMatchObject({
      staff: { name: one.name, role: 'clerk', hasPassword: false },
      device: { store: { code: 'xinyi' } },
      idleSeconds: 300,
    });
    const first = counter.cookies.get(sessionCookie);
    await switchTo(counter, two.id);
    expect(counter.cookies.get(sessionCookie)).not.toBe(first);
    expect((await counter.get('/session')).body.staff.name).toBe(two.name);
    expect((await counter.post('/device/lock')).body).toEqual({ state: 'signed_out' });
    expect(await counter.state()).toBe('signed_out');
    expect((await counter.get('/device')).body.device).not.toBeNull();
  });

  it('is held by one person, however many take it over at once', async () => {
    const people = [await house.hire('clerk'), await house.hire('clerk'), await house.hire('clerk')];
    const counter = await pairAt();
    const device = counter.cookies.get(deviceCookie) ?? '';
    const visitors = people.map(() => house.visit());
    for (const visitor of visitors) visitor.cookies.set(deviceCookie, device);
    const answers = await Promise.all(visitors.map((visitor, i) => switchTo(visitor, people[i]?.id ?? 0)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const states = await Promise.all(visitors.map((visitor) => visitor.state()));
    expect(states.sort()).toEqual(['signed_in', 'signed_out', 'signed_out']);
  });

  it('is taken over by nobody at the moment it is revoked', async () => {
    const clerk = await house.hire('clerk');
    const { counter, deviceId } = await house.pair(await asOwner());
    const answer = await overtake(
      house,
      clerk.id,
      () => switchTo(counter, clerk.id),
      (tx) => sql`update staff_devices set revoked_at = now() where id = ${deviceId}`.execute(tx),
    );
    expect([answer.status, answer.setCookies]).toEqual([401, []]);
  });

  it('is no console: a PIN alone opens none, and needs the device', async () => {
    const clerk = await house.hire('clerk');
    const refused = await switchTo(house.visit(), clerk.id);
    expect([refused.status, refused.body.error.code]).toEqual([401, 'not_paired']);
    const stranger = house.visit();
    stranger.cookies.set(deviceCookie, 'A'.repeat(43));
    expect((await switchTo(stranger, clerk.id)).status).toBe(401);
  });

  it('is no way in for somebody who signs in by password', async () => {
    const counter = await pairAt();
    for (const role of ['marketer', 'auditor', 'consultant'] as const) {
      const { id } = await house.hire(role, { stores: ['xinyi'] });
      expect((await switchTo(counter, id)).status).toBe(401);
    }
    expect((await switchTo(counter, owner.id)).status).toBe(401);
  });
});

describe('a wrong PIN', () => {
  it('reads the same as one of another store, of somebody who left, and of nobody', async () => {
    const counter = await pairAt('xinyi');
    const [here, there, gone] = [
      await house.hire('clerk'),
      await house.hire('clerk', { stores: ['banqiao'] }),
      await house.hire('clerk'),
    ];
    await (await asOwner()).post(`/people/${gone.id}/disable`);
    const answers = [
      await switchTo(counter, here.id, '918273'),
      await switchTo(counter, there.id),
      await switchTo(counter, gone.id),
      await switchTo(counter, 99_999),
    ];
    for (const { status, body, setCookies } of answers)
      expect([status, body, setCookies]).toEqual([
        401,
        { error: { code: 'wrong_pin', message: 'The PIN is wrong' } },
        [],
      ]);
  });

  it('is noted with the device, and leaves whoever holds the counter there', async () => {
    const counter = await pairAt();
    const [holder, other] = [await house.hire('clerk'), await house.hire('clerk')];
    await switchTo(counter, holder.id);
    await switchTo(counter, other.id, '918273');
    expect((await counter.get('/session')).body.staff.name).toBe(holder.name);
    const noted = await sql<Record<string, unknown>>`
      select action, actor_kind, place from audit_entries where subject_kind = 'staff'
      and subject_id = ${String(other.id)} order by id desc limit 1`.execute(house.db);
    expect(noted.rows).toMatchObject([
      { action: 'staff.pin_failed', actor_kind: 'system', place: { storeId: house.stores.xinyi.storeId } },
    ]);
    expect(JSON.stringify(noted.rows)).not.toContain('918273');
  });

  it('stops that person at that device after five, even for the right one, and ends by itself', async () => {
    const boss = await asOwner();
    const [counter, second] = [(await house.pair(boss)).counter, (await house.pair(boss)).counter];
    const [clerk, other] = [await house.hire('clerk'), await house.hire('clerk')];
    for (let i = 0; i < 5; i++) expect((await switchTo(counter, clerk.id, '918273')).status).toBe(401);
    const waits = [];
    for (let i = 0; i < 6; i++) {
      const blocked = await switchTo(counter, clerk.id);
      expect([blocked.status, blocked.body.error.code]).toEqual([429, 'too_many_attempts']);
      waits.push(Number(blocked.headers['retry-after']));
      if (i === 0) {
        // Neither others at this device nor the same person at another one are stopped.
        expect((await switchTo(counter, other.id)).status).toBe(200);
        expect((await switchTo(second, clerk.id)).status).toBe(200);
      }
      house.wait({ seconds: waits.at(-1) ?? 0 });
      if (i < 5) expect((await switchTo(counter, clerk.id, '918273')).status).toBe(401);
    }
    expect(waits).toEqual([60, 120, 240, 480, 900, 900]);
    expect((await switchTo(counter, clerk.id)).status).toBe(200);
    for (let i = 0; i < 4; i++) expect((await switchTo(counter, clerk.id, '918273')).status).toBe(401);
    expect((await switchTo(counter, clerk.id)).status).toBe(200);
  });

  it('gets no more tries by trying forty at once', async () => {
    const counter = await pairAt();
    const clerk = await house.hire('clerk');
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => switchTo(counter, clerk.id, '918273')),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(35);
  });

  it('is no PIN of somebody else: the same digits open one account', async () => {
    const counter = await pairAt();
    const [one, two] = [await house.hire('clerk'), await house.hire('clerk')];
    const rows = await house.db
      .selectFrom('staff_accounts')
      .select('pin_hash')
      .where('id', 'in', [one.id, two.id])
      .execute();
    expect(rows[0]?.pin_hash).not.toBe(rows[1]?.pin_hash);
    await sql`update staff_accounts set pin_hash = ${rows[0]?.pin_hash} where id in (${one.id}, ${two.id})`.execute(
      house.db,
    );
    // Even a hash that was copied over in the database opens only the account that it was made for.
    const opened = [(await switchTo(counter, one.id)).status, (await switchTo(counter, two.id)).status];
    expect(opened.sort()).toEqual([200, 401]);
  });
});

describe('signing in at a counter', () => {
  it('is noted with the person, the store and the device', async () => {
    const { counter, deviceId } = await house.pair(await asOwner());
    const clerk = await house.hire('clerk');
    await switchTo(counter, clerk.id);
    const noted = await sql<Record<string, unknown>>`
      select action, actor_kind, actor_id, after, place from audit_entries where subject_kind = 'staff'
      and subject_id = ${String(clerk.id)} order by id desc limit 1`.execute(house.db);
    expect(noted.rows).toMatchObject([
      {
        action: 'staff.signed_in',
        actor_kind: 'staff',
        actor_id: String(clerk.id),
        after: { by: 'pin' },
        place: { deviceId: Number(deviceId), storeId: house.stores.xinyi.storeId },
      },
    ]);
  });
});
