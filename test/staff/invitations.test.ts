import { describe, expect, it } from 'vitest';
import { makeOwner } from '#features/staff/accounts/make-owner.ts';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { tester } from '../support/shop.ts';
import {
  codeAt,
  openStaffHouse,
  password,
  pin,
  sessionCookie,
  type Visitor,
} from '../support/staff-client.ts';
import { overtake } from './overtake.ts';

const house = await openStaffHouse(await openTestDatabase({ max: 20 }));
const owner = await house.hire('owner');
const asOwner = () => house.signIn(owner);
const accept = (token: string, over: object = {}, visitor: Visitor = house.visit()) =>
  visitor.post('/session/invitation/accept', { token, password, language: 'zh-TW', ...over });
const look = async (token: string) => (await house.visit().post('/session/invitation', { token })).status;

let names = 0;
/** A new person, invited over the API. */
async function invite(role: string, storeIds: string[] = []) {
  const made = await (await asOwner()).post('/people', { name: `guest ${++names}`, role, storeIds });
  expect(made.status).toBe(201);
  const { person, invitation } = made.body;
  return {
    id: Number(person.id),
    name: person.name as string,
    token: invitation.link.split('#')[1] as string,
    invitation,
  };
}

describe('a link', () => {
  it('carries its token where no server and no log sees it, and is stored hashed', async () => {
    const { invitation, token } = await invite('marketer');
    expect(invitation.link).toBe(`https://shuke.example/console/join#${token}`);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(invitation.qr).toMatch(/^data:image\/svg\+xml/);
    const all = await sql<{ text: string }>`
      select (select string_agg(to_jsonb(i)::text, '') from staff_invitations i)
          || (select string_agg(to_jsonb(a)::text, '') from audit_entries a) as text`.execute(house.db);
    expect(all.rows[0]?.text).not.toContain(token);
    expect(all.rows[0]?.text).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });

  it('is used once', async () => {
    const { token } = await invite('marketer');
    expect(await look(token)).toBe(200);
    expect((await accept(token)).body).toEqual({ state: 'signed_in' });
    expect(await look(token)).toBe(410);
    const again = await accept(token);
    expect([again.status, again.body.error.code, again.setCookies]).toEqual([410, 'link_used_up', []]);
  });

  it('that several use at once lets one in', async () => {
    const { id, token } = await invite('marketer');
    const passwords = Array.from({ length: 6 }, (_, i) => `lantern number ${i} on the roof`);
    const answers = await Promise.all(passwords.map((own) => accept(token, { password: own })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410, 410]);
    const winner = passwords[answers.findIndex(({ status }) => status === 200)];
    const row = await house.db
      .selectFrom('staff_accounts')
      .select('name')
      .where('id', '=', id)
      .executeTakeFirst();
    const name = row?.name;
    expect((await house.visit().post('/session/sign-in', { name, password: winner })).status).toBe(200);
  });

  it('is dead once a newer one was made', async () => {
    const { id, token } = await invite('marketer');
    const newer = await (await asOwner()).post(`/people/${id}/invitation`, {});
    expect(newer.status).toBe(200);
    expect([await look(token), (await accept(token)).status]).toEqual([410, 410]);
    expect((await accept(newer.body.link.split('#')[1])).status).toBe(200);
  });

  it('is one of one however many are made at once', async () => {
    const { id } = await invite('marketer');
    const boss = await asOwner();
    await boss.get('/session');
    const made = await Promise.all(
      Array.from({ length: 5 }, () => boss.post(`/people/${id}/invitation`, {})),
    );
    expect(made.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const seen = await Promise.all(made.map(({ body }) => look(body.link.split('#')[1])));
    expect(seen.sort()).toEqual([200, 410, 410, 410, 410]);
  });

  it('lasts 24 hours', async () => {
    const { token } = await invite('marketer');
    house.wait({ hours: 23, minutes: 59, seconds: 59 });
    expect(await look(token)).toBe(200);
    house.wait({ seconds: 1 });
    expect([await look(token), (await accept(token)).status]).toEqual([410, 410]);
  });

  it('of somebody who was let go is dead, and stays so when they come back', async () => {
    const { id, token } = await invite('marketer');
    const boss = await asOwner();
    expect((await boss.post(`/people/${id}/disable`)).status).toBe(200);
    expect([await look(token), (await accept(token)).status]).toEqual([410, 410]);
    const refused = await boss.post(`/people/${id}/invitation`, {});
    expect([refused.status, refused.body.error.code]).toEqual([409, 'disabled']);
    await boss.post(`/people/${id}/enable`);
    expect([await look(token), (await accept(token)).status]).toEqual([410, 410]);
  });

  it('lets nobody in who is let go at the moment of using it', async () => {
    const { id, token } = await invite('marketer');
    const answer = await overtake(
      house,
      id,
      () => accept(token),
      (tx) => sql`update staff_accounts set disabled_at = now() where id = ${id}`.execute(tx),
    );
    expect([answer.status, answer.setCookies]).toEqual([410, []]);
  });

  it('and letting go at the same moment end in somebody who is out', async () => {
    for (let i = 0; i < 5; i++) {
      const { id, token } = await invite('marketer');
      const boss = await asOwner();
      await boss.get('/session');
      const visitor = house.visit();
      const [used, gone] = await Promise.all([
        accept(token, {}, visitor),
        boss.post(`/people/${id}/disable`),
      ]);
      expect(gone.status).toBe(200);
      expect([200, 410]).toContain(used.status);
      expect(await visitor.state()).toBe('signed_out');
    }
  });

  it('that nobody made opens nothing', async () => {
    expect(await look('A'.repeat(43))).toBe(410);
    expect((await accept('A'.repeat(43))).status).toBe(410);
    expect(await look('short')).toBe(422);
  });
});

describe('what a link sets', () => {
  it.each([
    ['marketer', ['password']],
    ['consultant', ['password']],
    ['auditor', ['password']],
    ['owner', ['password']],
    ['manager', ['password', 'pin']],
    ['clerk', ['pin']],
  ])('is, for a %s, %j', async (role, needs) => {
    const storeIds = needs.includes('pin') ? [String(house.stores.xinyi.storeId)] : [];
    const { token, name } = await invite(role, storeIds);
    const answer = await house.visit().post('/session/invitation', { token });
    expect(answer.body).toMatchObject({ name, role, needs });
  });

  it('is refused by the field when it is weak or missing, and the link still holds', async () => {
    const { token, name } = await invite('manager', [String(house.stores.xinyi.storeId)]);
    const bad = [
      [{ pin }, 'password', 'missing', { password: undefined }],
      [{ pin, password: 'short' }, 'password', 'too_short', {}],
      [{ pin, password: `${name} at the sea` }, 'password', 'contains_name', {}],
      [{ pin, password: 'aaaaaaaaaaaaaa' }, 'password', 'too_common', {}],
      [{ pin, password: 'Password123!' }, 'password', 'too_common', {}],
      [{}, 'pin', 'missing', {}],
      [{ pin: '123456' }, 'pin', 'too_simple', {}],
      [{ pin: '000000' }, 'pin', 'too_simple', {}],
      [{ pin: '12345' }, 'pin', 'too_simple', {}],
    ] as const;
    for (const [body, path, code, left] of bad) {
      const refused = await accept(token, { ...body, ...left });
      expect([body, refused.status, refused.body.error.fields]).toMatchObject([body, 422, [{ path, code }]]);
      expect(refused.setCookies).toEqual([]);
    }
    expect((await accept(token, { pin })).body).toEqual({ state: 'signed_in' });
  });

  it('signs no clerk in: they go to their device', async () => {
    const { token } = await invite('clerk', [String(house.stores.xinyi.storeId)]);
    const visitor = house.visit();
    const answer = await accept(token, { pin, password: undefined }, visitor);
    expect([answer.body, answer.setCookies]).toEqual([{ state: 'signed_out' }, []]);
    expect(await visitor.state()).toBe('signed_out');
  });

  it('replaces all that somebody signed in with before, and ends all their sessions', async () => {
    const other = await house.hire('owner');
    await sql`update staff_accounts set line_user_hmac = ${Buffer.alloc(32, other.id)} where id = ${other.id}`.execute(
      house.db,
    );
    const next = 'a wholly new kettle';
    const visitor = house.visit();
    const token = await house.linkFor(other.id);
    // Making the link changes nothing yet.
    expect(await other.visitor.state()).toBe('signed_in');
    expect((await accept(token, { password: next }, visitor)).body).toEqual({ state: 'enrolment' });
    expect(await other.visitor.state()).toBe('signed_out');
    expect((await visitor.get('/session')).body.staff).toMatchObject({
      hasSecondFactor: false,
      hasLineLogin: false,
    });
    expect((await house.visit().post('/session/sign-in', { name: other.name, password })).status).toBe(401);
    const fresh = house.visit();
    await fresh.post('/session/sign-in', { name: other.name, password: next });
    expect(await fresh.state()).toBe('enrolment');
    const former = codeAt(other.totp as string, house.wire.now(), 1);
    expect((await fresh.post('/session/second-factor', { code: former })).status).toBe(409);
  });

  it('ends the session of whoever was signed in on that browser', async () => {
    const other = await house.hire('marketer');
    const former = other.visitor.thief();
    const { token, name } = await invite('marketer');
    await accept(token, {}, other.visitor);
    expect((await other.visitor.get('/session')).body.staff.name).toBe(name);
    expect(await former.state()).toBe('signed_out');
    expect(former.cookies.get(sessionCookie)).not.toBe(other.visitor.cookies.get(sessionCookie));
  });
});

describe('the link from the machine itself', () => {
  const make = (name: string) =>
    house.context.transact((tx) =>
      makeOwner(tx, { name, actor: tester, now: house.clock.now(), wireNow: house.wire.now() }),
    );

  it('is made for a new owner, and again for one who lost what they sign in with', async () => {
    expect(await make('Rui')).toMatchObject({ ok: true, isNew: true });
    expect(await make(' ＲＵＩ')).toMatchObject({ ok: true, isNew: false });
  });

  it('makes nobody an owner who is something else', async () => {
    const { name } = await house.hire('marketer');
    expect(await make(name)).toEqual({ ok: false, reason: 'not_an_owner' });
  });

  it('lets an owner in again who was let go', async () => {
    const other = await house.hire('owner');
    expect((await (await asOwner()).post(`/people/${other.id}/disable`)).status).toBe(200);
    const made = await make(other.name);
    if (!made.ok) throw new Error(made.reason);
    expect((await accept(made.invitation.token)).body).toEqual({ state: 'enrolment' });
  });
});
