import { describe, expect, it } from 'vitest';
import { endSessions } from '#features/staff/sessions/end-sessions.ts';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import {
  codeAt,
  openStaffHouse,
  password,
  pin,
  type StaffMember,
  sessionCookie,
  type Visitor,
} from '../support/staff-client.ts';
import { overtake } from './overtake.ts';

const house = await openStaffHouse(await openTestDatabase({ max: 20 }));
const enrolmentCookie = '__Host-shuke-enrolment';

const codeOf = (who: StaffMember, steps = 0) => codeAt(who.totp as string, house.wire.now(), steps);
const give = (visitor: Visitor, code: string) => visitor.post('/session/second-factor', { code });

/** A browser in which somebody gave their password only. */
async function halfWay(who: StaffMember): Promise<Visitor> {
  const visitor = house.visit();
  expect((await visitor.post('/session/sign-in', { name: who.name, password })).body).toEqual({
    state: 'second_factor',
  });
  return visitor;
}

/** A code that is wrong now and in the steps beside. */
function wrongCode(who: StaffMember): string {
  const right = new Set([-2, -1, 0, 1, 2].map((steps) => codeOf(who, steps)));
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.has(code)) ?? '';
}

describe('a code', () => {
  it('counts once, for whoever saw it', async () => {
    const owner = await house.hire('owner');
    house.wait({ seconds: 60 });
    const code = codeOf(owner);
    expect((await give(await halfWay(owner), code)).status).toBe(200);
    const replayed = await give(await halfWay(owner), code);
    expect([replayed.status, replayed.body.error.code]).toEqual([401, 'wrong_code']);
    // Nor does the one before it.
    expect((await give(await halfWay(owner), codeOf(owner, -1))).status).toBe(401);
    expect((await give(await halfWay(owner), codeOf(owner, 1))).status).toBe(200);
  });

  it('counts once when it is given twice at the same moment', async () => {
    const owner = await house.hire('owner');
    house.wait({ seconds: 60 });
    const visitors = [await halfWay(owner), await halfWay(owner), await halfWay(owner)];
    const answers = await Promise.all(visitors.map((visitor) => give(visitor, codeOf(owner))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('that was used to bind the authenticator does not sign in', async () => {
    const owner = await house.hire('owner');
    expect((await give(await halfWay(owner), codeOf(owner))).status).toBe(401);
  });

  it.each([
    [-2, 401],
    [-1, 200],
    [0, 200],
    [1, 200],
    [2, 401],
  ])('of a clock that is %i steps off is answered %i', async (steps, status) => {
    const owner = await house.hire('owner');
    house.wait({ minutes: 5 });
    expect((await give(await halfWay(owner), codeOf(owner, steps))).status).toBe(status);
  });

  it('may be typed with a space, and is no try when it is not six digits', async () => {
    const owner = await house.hire('owner');
    house.wait({ minutes: 5 });
    const visitor = await halfWay(owner);
    for (let i = 0; i < 8; i++) expect((await give(visitor, '12345')).status).toBe(422);
    const code = codeOf(owner);
    expect((await give(visitor, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200);
  });

  it('is asked for by no other stage than its own', async () => {
    const { visitor } = await house.hire('marketer');
    expect((await give(visitor, '123456')).status).toBe(409);
    expect((await give(house.visit(), '123456')).status).toBe(401);
  });
});

describe('guessing codes', () => {
  it('is stopped after five tries whatever session they come from, even for the right one, and ends by itself', async () => {
    const owner = await house.hire('owner');
    house.wait({ minutes: 1 });
    for (let i = 0; i < 5; i++) {
      const refused = await give(await halfWay(owner), wrongCode(owner));
      expect([refused.status, refused.body.error.code]).toEqual([401, 'wrong_code']);
    }
    const blocked = await give(await halfWay(owner), codeOf(owner));
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60']);
    house.wait({ seconds: 60 });
    expect((await give(await halfWay(owner), codeOf(owner))).status).toBe(200);
  });

  it('gets no more tries by trying forty at once', async () => {
    const owner = await house.hire('owner');
    house.wait({ minutes: 1 });
    const visitor = await halfWay(owner);
    await visitor.get('/session');
    const code = wrongCode(owner);
    const answers = await Promise.all(Array.from({ length: 40 }, () => give(visitor, code)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(35);
  });
});

describe('signing in half-way', () => {
  it('leads nowhere once somebody is signed out everywhere', async () => {
    const owner = await house.hire('owner');
    house.wait({ minutes: 1 });
    const visitor = await halfWay(owner);
    const answer = await overtake(
      house,
      owner.id,
      () => give(visitor, codeOf(owner)),
      (tx) => endSessions(tx, { of: { staffId: owner.id }, because: 'revoked', wireNow: house.wire.now() }),
    );
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toEqual([]);
    expect(await visitor.state()).toBe('signed_out');
  });

  it('without binding an authenticator opens nothing to an owner', async () => {
    const token = await house.ownerLink('Halfway');
    const visitor = house.visit();
    await visitor.post('/session/invitation/accept', { token, password, language: 'en' });
    expect((await visitor.get('/people')).status).toBe(401);
    const again = house.visit();
    expect((await again.post('/session/sign-in', { name: 'Halfway', password })).body).toEqual({
      state: 'enrolment',
    });
    expect((await give(again, '123456')).status).toBe(409);
    expect((await again.get('/session')).body).toMatchObject({ rights: {}, device: null });
  });
});

describe('binding an authenticator', () => {
  const confirm = (visitor: Visitor, code: string) => visitor.post('/session/enrolment/confirm', { code });

  it('is open to everybody at the console, and is asked for from then on', async () => {
    const marketer = await house.hire('marketer');
    const elsewhere = await house.signIn(marketer);
    const copy = marketer.visitor.thief();
    const totp = await house.enrol(marketer.visitor);
    expect(await marketer.visitor.state()).toBe('signed_in');
    // Whoever was signed in by password alone is out, a copy of this very browser included.
    expect(await elsewhere.state()).toBe('signed_out');
    expect(await copy.state()).toBe('signed_out');
    await house.signIn({ ...marketer, totp });
  });

  it('asks for a code of the new secret before it changes anything', async () => {
    const owner = await house.hire('owner');
    const offered = await owner.visitor.post('/session/enrolment', { password });
    house.wait({ minutes: 1 });
    expect((await confirm(owner.visitor, codeOf(owner))).status).toBe(401);
    expect((await confirm(owner.visitor, codeAt(offered.body.secret, house.wire.now(), 2))).status).toBe(401);
    await house.signIn(owner);
  });

  it('asks whoever is signed in already for the password, and counts tries at it', async () => {
    const { visitor } = await house.hire('marketer');
    const withNone = await visitor.post('/session/enrolment');
    expect([withNone.status, withNone.body.error.code]).toEqual([401, 'wrong_password']);
    for (let tries = 1; tries < 5; tries++)
      expect((await visitor.post('/session/enrolment', { password: 'not this one' })).status).toBe(401);
    expect((await visitor.post('/session/enrolment', { password })).status).toBe(429);
    house.wait({ minutes: 1, seconds: 1 });
    expect((await visitor.post('/session/enrolment', { password })).status).toBe(200);
  });

  it('refuses an offer that was made to somebody else', async () => {
    const [mine, theirs] = [await house.hire('marketer'), await house.hire('marketer')];
    const offered = await theirs.visitor.post('/session/enrolment', { password });
    await mine.visitor.post('/session/enrolment', { password });
    mine.visitor.cookies.set(enrolmentCookie, theirs.visitor.cookies.get(enrolmentCookie) ?? '');
    expect((await confirm(mine.visitor, codeAt(offered.body.secret, house.wire.now()))).status).toBe(401);
    expect((await mine.visitor.get('/session')).body.staff.hasSecondFactor).toBe(false);
  });

  it('refuses an offer that ran out, was tampered with or is missing', async () => {
    const { visitor } = await house.hire('marketer');
    const offered = await visitor.post('/session/enrolment', { password });
    const sealed = visitor.cookies.get(enrolmentCookie) ?? '';
    const rightNow = () => codeAt(offered.body.secret, house.wire.now());
    for (const at of [0, 20, sealed.length >> 1, sealed.length - 2]) {
      const flipped = sealed[at] === 'A' ? 'B' : 'A';
      visitor.cookies.set(enrolmentCookie, sealed.slice(0, at) + flipped + sealed.slice(at + 1));
      expect((await confirm(visitor, rightNow())).status).toBe(401);
    }
    visitor.cookies.delete(enrolmentCookie);
    expect((await confirm(visitor, rightNow())).status).toBe(401);
    house.wait({ minutes: 15, seconds: 1 });
    visitor.cookies.set(enrolmentCookie, sealed);
    expect((await confirm(visitor, rightNow())).status).toBe(401);
    expect((await visitor.get('/session')).body.staff.hasSecondFactor).toBe(false);
  });

  it('is refused on a shared device: a PIN opens no console', async () => {
    const owner = await house.hire('owner');
    const manager = await house.hire('manager');
    const { counter } = await house.pair(owner.visitor);
    expect((await counter.post('/device/switch', { staffId: String(manager.id), pin })).status).toBe(200);
    const refused = await counter.post('/session/enrolment', { password });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'forbidden']);
    // Not even with an offer that the console gave.
    const offered = await manager.visitor.post('/session/enrolment', { password });
    counter.cookies.set(enrolmentCookie, manager.visitor.cookies.get(enrolmentCookie) ?? '');
    const before = counter.cookies.get(sessionCookie);
    expect((await confirm(counter, codeAt(offered.body.secret, house.wire.now()))).status).toBe(403);
    expect(counter.cookies.get(sessionCookie)).toBe(before);
  });

  it('does not let in who is let go at that moment', async () => {
    const marketer = await house.hire('marketer');
    const offered = await marketer.visitor.post('/session/enrolment', { password });
    const answer = await overtake(
      house,
      marketer.id,
      () => confirm(marketer.visitor, codeAt(offered.body.secret, house.wire.now())),
      (tx) =>
        endSessions(tx, { of: { staffId: marketer.id }, because: 'revoked', wireNow: house.wire.now() }),
    );
    expect(answer.status).toBe(401);
    expect(await marketer.visitor.state()).toBe('signed_out');
  });

  it('is noted, and the secret stands nowhere in the clear', async () => {
    const marketer = await house.hire('marketer');
    const secret = await house.enrol(marketer.visitor);
    const noted = await sql<{ action: string; actor_id: string; entry: string }>`
      select action, actor_id, to_jsonb(a)::text as entry from audit_entries a
      where subject_kind = 'staff' and subject_id = ${String(marketer.id)} order by id desc limit 1`.execute(
      house.db,
    );
    expect(noted.rows[0]).toMatchObject({ action: 'staff.second_factor_set', actor_id: String(marketer.id) });
    const rows = await sql<{ all: string }>`
      select string_agg(to_jsonb(a)::text, ',') as all from staff_accounts a`.execute(house.db);
    expect(rows.rows[0]?.all).not.toContain(secret);
    expect(noted.rows[0]?.entry).not.toContain(secret);
  });
});
