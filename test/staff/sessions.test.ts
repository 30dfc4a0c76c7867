import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import {
  deviceCookie,
  openStaffHouse,
  password,
  pin,
  type StaffMember,
  sessionCookie,
  type Visitor,
} from '../support/staff-client.ts';
import { overtake } from './overtake.ts';

const house = await openStaffHouse(await openTestDatabase({ max: 20 }));
const owner = await house.hire('owner');
const nextPassword = 'green lamp by the door';

/** An owner's browser that was not idle. */
const asOwner = (): Promise<Visitor> => house.signIn(owner);
const opens = async (visitor: Visitor): Promise<number> => (await visitor.get('/stores')).status;
const switchTo = (counter: Visitor, who: StaffMember, given = pin) =>
  counter.post('/device/switch', { staffId: String(who.id), pin: given });

/** A clerk at a counter. */
async function atCounter(role: 'clerk' | 'manager' = 'clerk') {
  const boss = await asOwner();
  const { counter, deviceId } = await house.pair(boss);
  const who = await house.hire(role);
  expect((await switchTo(counter, who)).status).toBe(200);
  return { boss, counter, deviceId, who };
}

describe('a stolen cookie', () => {
  it('opens what it opened before', async () => {
    const { visitor } = await house.hire('marketer');
    expect(await opens(visitor.thief())).toBe(200);
  });

  const ends: [string, (who: StaffMember) => Promise<{ status: number }>][] = [
    ['its owner signs out', (who) => who.visitor.post('/session/sign-out')],
    ['all their sessions are ended', async (who) => (await asOwner()).post(`/people/${who.id}/sign-out`)],
    ['they are let go', async (who) => (await asOwner()).post(`/people/${who.id}/disable`)],
    [
      'they get another role',
      async (who) => (await asOwner()).send('PUT', `/people/${who.id}`, { role: 'auditor', storeIds: [] }),
    ],
    [
      'they change their password',
      (who) => who.visitor.send('PUT', '/session/password', { current: password, next: nextPassword }),
    ],
    [
      'they use a new link',
      async (who) =>
        house.visit().post('/session/invitation/accept', {
          token: await house.linkFor(who.id),
          password: nextPassword,
          language: 'en',
        }),
    ],
    ['they bind an authenticator', async (who) => ({ status: (await house.enrol(who.visitor)) ? 200 : 0 })],
    [
      'they sign in again in that browser',
      (who) => who.visitor.post('/session/sign-in', { name: who.name, password }),
    ],
  ];
  it.each(ends)('opens nothing once %s', async (_when, end) => {
    const who = await house.hire('marketer');
    const thief = who.visitor.thief();
    expect(await opens(thief)).toBe(200);
    expect((await end(who)).status).toBe(200);
    expect(await opens(thief)).toBe(401);
    expect((await thief.post('/session/enrolment')).status).toBe(401);
    expect((await thief.get('/session')).body).toMatchObject({
      state: 'signed_out',
      staff: null,
      csrfToken: null,
    });
  });

  it('of a shared device opens nothing once the device is revoked', async () => {
    const { boss, counter, deviceId } = await atCounter();
    const thief = counter.thief();
    expect(await opens(thief)).toBe(200);
    expect((await boss.post(`/devices/${deviceId}/revoke`)).body.state).toBe('revoked');
    expect(await opens(thief)).toBe(401);
    expect(await opens(counter)).toBe(401);
    expect((await counter.get('/device')).body.device).toBeNull();
  });

  it('of a shared device opens nothing once it is locked, or somebody else took over', async () => {
    const { counter, who } = await atCounter();
    const first = counter.thief();
    expect((await counter.post('/device/lock')).body).toEqual({ state: 'signed_out' });
    expect(await opens(first)).toBe(401);
    await switchTo(counter, who);
    const second = counter.thief();
    expect((await switchTo(counter, await house.hire('clerk'))).status).toBe(200);
    expect(await opens(second)).toBe(401);
    expect(await opens(counter)).toBe(200);
  });

  it('of a shared device opens nothing elsewhere: the device itself must show it', async () => {
    const { counter } = await atCounter();
    const other = await atCounter();
    const without = counter.thief();
    without.cookies.delete(deviceCookie);
    expect(await opens(without)).toBe(401);
    const elsewhere = counter.thief();
    elsewhere.cookies.set(deviceCookie, other.counter.cookies.get(deviceCookie) ?? '');
    expect(await opens(elsewhere)).toBe(401);
    expect(await opens(counter)).toBe(200);
  });
});

describe('a session', () => {
  it('of the console ends after 30 minutes without a request, and looking at its state is none', async () => {
    const { visitor } = await house.hire('marketer');
    house.wait({ minutes: 29, seconds: 59 });
    expect(await visitor.state()).toBe('signed_in');
    expect(await opens(visitor)).toBe(200);
    house.wait({ minutes: 29, seconds: 50 });
    expect(await opens(visitor)).toBe(200);
    house.wait({ minutes: 15 });
    expect(await visitor.state()).toBe('signed_in');
    house.wait({ minutes: 15 });
    expect(await visitor.state()).toBe('signed_out');
    expect(await opens(visitor)).toBe(401);
  });

  it('of the console ends after 12 hours however busy it is', async () => {
    const { visitor } = await house.hire('marketer');
    for (let i = 0; i < 35; i++) {
      house.wait({ minutes: 20 });
      expect(await opens(visitor)).toBe(200);
    }
    house.wait({ minutes: 19, seconds: 59 });
    expect(await opens(visitor)).toBe(200);
    house.wait({ seconds: 1 });
    expect(await opens(visitor)).toBe(401);
  });

  it('of a shared device locks itself after 5 minutes without a request', async () => {
    const { counter, who } = await atCounter();
    house.wait({ minutes: 4, seconds: 59 });
    expect(await opens(counter)).toBe(200);
    house.wait({ minutes: 5 });
    expect(await opens(counter)).toBe(401);
    expect((await switchTo(counter, who)).status).toBe(200);
  });

  it('of a shared device ends after a shift of 10 hours however busy it is', async () => {
    const { counter } = await atCounter();
    for (let i = 0; i < 149; i++) {
      house.wait({ minutes: 4 });
      await opens(counter);
    }
    house.wait({ minutes: 3, seconds: 59 });
    expect(await opens(counter)).toBe(200);
    house.wait({ seconds: 1 });
    expect(await opens(counter)).toBe(401);
  });

  it('half-way ends after 10 minutes, busy or not', async () => {
    const token = await house.ownerLink('Half');
    const enrolment = house.visit();
    await enrolment.post('/session/invitation/accept', { token, password, language: 'en' });
    const second = house.visit();
    await second.post('/session/sign-in', { name: owner.name, password });
    house.wait({ minutes: 9, seconds: 59 });
    expect([await enrolment.state(), await second.state()]).toEqual(['enrolment', 'second_factor']);
    expect((await enrolment.post('/session/enrolment')).status).toBe(200);
    house.wait({ seconds: 1 });
    expect([await enrolment.state(), await second.state()]).toEqual(['signed_out', 'signed_out']);
    expect((await enrolment.post('/session/enrolment')).status).toBe(401);
  });

  it('keeps its language on this browser, and the account remembers it', async () => {
    const who = await house.hire('marketer');
    expect((await who.visitor.send('PUT', '/session/language', { language: 'ja' })).status).toBe(200);
    expect((await who.visitor.get('/session')).body.staff.language).toBe('ja');
    expect((await (await house.signIn(who)).get('/session')).body.staff.language).toBe('ja');
  });

  it('that was signed out leaves no cookie behind', async () => {
    const { visitor } = await house.hire('marketer');
    const answer = await visitor.post('/session/sign-out');
    expect(answer.body).toEqual({ state: 'signed_out' });
    expect(answer.setCookies[0]).toMatch(/^__Host-shuke-session=;.*Path=\/.*Secure/);
    expect(visitor.cookies.has(sessionCookie)).toBe(false);
  });
});

describe('changing one’s own password or PIN', () => {
  const change = (visitor: Visitor, current: string, next: string) =>
    visitor.send('PUT', '/session/password', { current, next });

  it('goes on in this browser under a new token, and everywhere else nobody stays', async () => {
    const who = await house.hire('manager');
    const elsewhere = await house.signIn(who);
    const before = who.visitor.cookies.get(sessionCookie);
    expect((await change(who.visitor, password, nextPassword)).body).toEqual({ state: 'signed_in' });
    expect(who.visitor.cookies.get(sessionCookie)).not.toBe(before);
    expect([await opens(who.visitor), await opens(elsewhere)]).toEqual([200, 401]);
    const old = await house.visit().post('/session/sign-in', { name: who.name, password });
    expect(old.status).toBe(401);
    const fresh = await house.visit().post('/session/sign-in', { name: who.name, password: nextPassword });
    expect(fresh.status).toBe(200);
  });

  it('stays on its shared device', async () => {
    const { counter, who } = await atCounter('manager');
    const body = { password, pin: '915283' };
    expect((await counter.send('PUT', '/session/pin', body)).status).toBe(200);
    expect((await counter.get('/session')).body).toMatchObject({
      idleSeconds: 300,
      device: { name: 'Counter of xinyi' },
    });
    expect((await switchTo(counter, who)).status).toBe(401);
    expect((await switchTo(counter, who, '915283')).status).toBe(200);
  });

  it('is stopped after five tries at the present one, even for the right one', async () => {
    const { visitor } = await house.hire('marketer');
    for (let i = 0; i < 5; i++) {
      const refused = await change(visitor, 'something else', nextPassword);
      expect([refused.status, refused.body.error.code]).toEqual([401, 'wrong_password']);
    }
    const blocked = await change(visitor, password, nextPassword);
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60']);
    house.wait({ seconds: 60 });
    expect((await change(visitor, password, nextPassword)).status).toBe(200);
  });

  it('names what is wrong with the new one, and does not count that as a try', async () => {
    const who = await house.hire('manager', { name: 'Wisteria' });
    const faults = [
      ['short', 'too_short'],
      ['x'.repeat(201), 'too_long'],
      ['password123456', 'too_common'],
      ['my wisteria tree', 'contains_name'],
    ] as const;
    for (const [next, code] of [...faults, ...faults]) {
      const refused = await change(who.visitor, password, next);
      expect([refused.status, refused.body.error.fields]).toMatchObject([422, [{ path: 'next', code }]]);
    }
    for (const bad of ['111111', '123456', '654321', '121212', '12345', 'abcdef', '890123']) {
      const refused = await who.visitor.send('PUT', '/session/pin', { password, pin: bad });
      expect([bad, refused.status, refused.body.error.fields]).toMatchObject([
        bad,
        422,
        [{ path: 'pin', code: 'too_simple' }],
      ]);
    }
    expect((await change(who.visitor, password, nextPassword)).status).toBe(200);
  });

  it('gives a PIN to nobody whose role uses no shared device', async () => {
    const { visitor } = await house.hire('marketer');
    const refused = await visitor.send('PUT', '/session/pin', { password, pin });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'no_device_role']);
  });

  it('does not win over a new link that is used at that moment', async () => {
    const who = await house.hire('marketer');
    const token = await house.linkFor(who.id);
    const answer = await overtake(
      house,
      who.id,
      () => change(who.visitor, password, nextPassword),
      (tx) =>
        tx.updateTable('staff_accounts').set({ password_hash: 'reset' }).where('id', '=', who.id).execute(),
    );
    expect(answer.status).toBe(401);
    const row = await house.db
      .selectFrom('staff_accounts')
      .select('password_hash')
      .where('id', '=', who.id)
      .execute();
    expect(row).toEqual([{ password_hash: 'reset' }]);
    expect(token).not.toBe('');
  });
});
