import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { openTestDatabase } from '../support/database.ts';
import { codeAt, openStaffHouse, password, sessionCookie, type Visitor } from '../support/staff-client.ts';
import { overtake } from './overtake.ts';

const house = await openStaffHouse(await openTestDatabase({ max: 20 }));

const wrong = 'not the kettle at all';
const tryPassword = (visitor: Visitor, name: string, given = wrong) =>
  visitor.post('/session/sign-in', { name, password: given });
const holds = (visitor: Visitor) => visitor.cookies.get(sessionCookie) ?? '';
/** Whether a token opens anything, tried as somebody who stole it. */
async function stateOfToken(token: string): Promise<string> {
  const thief = house.visit();
  thief.cookies.set(sessionCookie, token);
  return thief.state();
}

describe('the first owner', () => {
  it('comes in by a link, sets a password and must bind an authenticator, under a new token each time', async () => {
    const visitor = house.visit();
    const token = await house.ownerLink('Mei');
    expect((await visitor.post('/session/invitation', { token })).body).toEqual({
      name: 'Mei',
      role: 'owner',
      needs: ['password'],
      expiresAt: '2026-11-22T04:00:00.000Z',
    });
    const accepted = await visitor.post('/session/invitation/accept', { token, password, language: 'en' });
    expect(accepted.body).toEqual({ state: 'enrolment' });
    const halfWay = holds(visitor);
    expect((await visitor.get('/people')).status).toBe(401);
    expect((await visitor.send('PUT', '/session/language', { language: 'ja' })).status).toBe(401);

    const offered = await visitor.post('/session/enrolment');
    expect(offered.body.uri).toContain('otpauth://totp/');
    expect(offered.body.qr).toMatch(/^data:image\/svg\+xml/);
    const code = codeAt(offered.body.secret, house.wire.now());
    expect((await visitor.post('/session/enrolment/confirm', { code })).body).toEqual({ state: 'signed_in' });
    const full = holds(visitor);
    expect(full).not.toBe(halfWay);
    expect(await stateOfToken(halfWay)).toBe('signed_out');
    expect((await visitor.get('/session')).body).toMatchObject({
      state: 'signed_in',
      staff: { name: 'Mei', role: 'owner', language: 'en', hasPassword: true, hasSecondFactor: true },
      rights: { 'people.manage': 'every' },
      device: null,
      idleSeconds: 1800,
      endsAt: '2026-11-21T16:00:00.000Z',
    });
    expect((await visitor.get('/people')).status).toBe(200);
  });

  it('signs in again by password and code, under a new token each time', async () => {
    const owner = await house.hire('owner');
    const visitor = house.visit();
    expect((await tryPassword(visitor, owner.name, password)).body).toEqual({ state: 'second_factor' });
    const half = holds(visitor);
    expect((await visitor.get('/people')).status).toBe(401);
    house.wait({ seconds: 30 });
    const code = codeAt(owner.totp as string, house.wire.now());
    expect((await visitor.post('/session/second-factor', { code })).body).toEqual({ state: 'signed_in' });
    expect(holds(visitor)).not.toBe(half);
    expect(await stateOfToken(half)).toBe('signed_out');
    expect(await stateOfToken(holds(visitor))).toBe('signed_in');
  });
});

describe('the cookie of a session', () => {
  it('is out of reach for scripts, other sites, plain http and other hosts', async () => {
    const { name } = await house.hire('marketer');
    const answer = await tryPassword(house.visit(), name, password);
    expect(answer.setCookies).toHaveLength(1);
    const [value, ...attributes] = (answer.setCookies[0] ?? '').split('; ');
    expect(value).toMatch(/^__Host-shuke-session=[A-Za-z0-9_-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('is stored hashed', async () => {
    const { visitor } = await house.hire('marketer');
    const rows = await sql<{ row: string }>`select staff_sessions::text as row from staff_sessions`.execute(
      house.db,
    );
    const hex = Buffer.from(holds(visitor), 'base64url').toString('hex');
    const ascii = Buffer.from(holds(visitor)).toString('hex');
    for (const { row } of rows.rows) {
      expect(row).not.toContain(holds(visitor));
      expect(row).not.toContain(hex);
      expect(row).not.toContain(ascii);
    }
  });

  it('is another after signing in over a planted one, which is dead from then on', async () => {
    const attacker = await house.hire('marketer');
    const victim = await house.hire('marketer');
    const browser = house.visit();
    const planted = holds(attacker.visitor);
    browser.cookies.set(sessionCookie, planted);
    expect((await tryPassword(browser, victim.name, password)).body).toEqual({ state: 'signed_in' });
    expect(holds(browser)).not.toBe(planted);
    expect(await stateOfToken(planted)).toBe('signed_out');
    expect(await attacker.visitor.state()).toBe('signed_out');
  });

  it('is never taken over from what a browser made up', async () => {
    const { name } = await house.hire('marketer');
    const browser = house.visit();
    const planted = 'A'.repeat(43);
    browser.cookies.set(sessionCookie, planted);
    await tryPassword(browser, name, password);
    expect(holds(browser)).not.toBe(planted);
    expect(await stateOfToken(planted)).toBe('signed_out');
  });
});

describe('a failed sign-in', () => {
  it('reads the same for known, unknown, disabled and clerks, and counts the same', async () => {
    const owner = await house.hire('owner');
    const known = await house.hire('marketer');
    const left = await house.hire('marketer');
    const clerk = await house.hire('clerk');
    const invited = await owner.visitor.post('/people', { name: 'Not yet', role: 'marketer', storeIds: [] });
    expect(invited.status).toBe(201);
    expect((await owner.visitor.post(`/people/${left.id}/disable`)).status).toBe(200);

    const tries = [
      [known.name, wrong],
      ['nobody of this name', wrong],
      [left.name, password],
      [clerk.name, password],
      ['Not yet', password],
    ] as const;
    const seen = await Promise.all(
      tries.map(async ([name, given]) => {
        const answers = [];
        for (let i = 0; i < 6; i++) {
          const { status, body, headers } = await tryPassword(house.visit(), name, given);
          answers.push({ status, body, retryAfter: headers['retry-after'] });
        }
        return answers;
      }),
    );
    const refused = { error: { code: 'sign_in_failed', message: 'Name or password is wrong' } };
    expect(seen[0]).toEqual([
      ...Array(5).fill({ status: 401, body: refused, retryAfter: undefined }),
      {
        status: 429,
        body: { error: { code: 'too_many_attempts', message: 'Too many tries: wait 60 seconds' } },
        retryAfter: '60',
      },
    ]);
    for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
  });

  it('sets no cookie and leaves a session that is there alone', async () => {
    const { visitor, name } = await house.hire('marketer');
    const before = holds(visitor);
    expect((await tryPassword(visitor, name)).setCookies).toEqual([]);
    expect(holds(visitor)).toBe(before);
    expect(await visitor.state()).toBe('signed_in');
  });

  it('is what somebody hears who is let go, or gets another password, at that moment', async () => {
    for (const act of ['disabled_at = now()', "password_hash = 'another'"]) {
      const { id, name } = await house.hire('marketer');
      const visitor = house.visit();
      const answer = await overtake(
        house,
        id,
        () => tryPassword(visitor, name, password),
        (tx) => sql`update staff_accounts set ${sql.raw(act)} where id = ${id}`.execute(tx),
      );
      expect([answer.status, answer.setCookies]).toEqual([401, []]);
    }
  });

  it('takes the name in any case, width and spacing', async () => {
    await house.hire('marketer', { name: 'Ａnna  Ｌin' });
    for (const name of ['anna lin', ' ANNA\u3000LIN ', 'Ａnna Ｌin'])
      expect((await tryPassword(house.visit(), name, password)).status).toBe(200);
  });

  it('is noted for the account, with the network and without what was typed', async () => {
    const { id, name } = await house.hire('marketer');
    await tryPassword(house.visit('198.51.100.23'), name);
    const noted = await sql<{ entry: Record<string, unknown> }>`
      select to_jsonb(a) as entry from audit_entries a where subject_id = ${String(id)} and subject_kind = 'staff'
      and action = 'staff.sign_in_failed'`.execute(house.db);
    expect(noted.rows).toHaveLength(1);
    expect(noted.rows[0]?.entry).toMatchObject({
      actor_kind: 'system',
      place: { address: '198.51.100.0/24' },
    });
    expect(JSON.stringify(noted.rows)).not.toContain(wrong);
  });
});

describe('guessing a password', () => {
  it('is stopped after five tries, even for the right one, longer each time, and ends by itself', async () => {
    const { name } = await house.hire('marketer');
    for (let i = 0; i < 5; i++) expect((await tryPassword(house.visit(), name)).status).toBe(401);
    const waits = [];
    for (let i = 0; i < 6; i++) {
      const blocked = await tryPassword(house.visit(), name, password);
      expect(blocked.status).toBe(429);
      const seconds = Number(blocked.headers['retry-after']);
      waits.push(seconds);
      house.wait({ seconds: seconds - 1 });
      expect((await tryPassword(house.visit(), name, password)).status).toBe(429);
      house.wait({ seconds: 1 });
      if (i < 5) expect((await tryPassword(house.visit(), name)).status).toBe(401);
    }
    expect(waits).toEqual([60, 120, 240, 480, 900, 900]);
    expect((await tryPassword(house.visit(), name, password)).status).toBe(200);
    // A success clears: four more slips lock nobody out.
    for (let i = 0; i < 4; i++) expect((await tryPassword(house.visit(), name)).status).toBe(401);
    expect((await tryPassword(house.visit(), name, password)).status).toBe(200);
  });

  it('is forgotten when nothing was tried for an hour', async () => {
    const { name } = await house.hire('marketer');
    for (let i = 0; i < 4; i++) await tryPassword(house.visit(), name);
    house.wait({ minutes: 61 });
    for (let i = 0; i < 5; i++) expect((await tryPassword(house.visit(), name)).status).toBe(401);
    expect((await tryPassword(house.visit(), name)).status).toBe(429);
  });

  it('gets no more tries by trying forty at once', async () => {
    const { name } = await house.hire('marketer');
    const answers = await Promise.all(Array.from({ length: 40 }, () => tryPassword(house.visit(), name)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
  });

  it('gets no more tries by spelling the name in other ways', async () => {
    await house.hire('marketer', { name: 'Vivi Lin' });
    const spellings = [
      'Vivi Lin',
      'VIVI LIN',
      'vivi  lin',
      'ｖｉｖｉ lin',
      'V\u0130vi Lin',
      'Viv\u0130 Lin',
      'V\u0130V\u0130 L\u0130N',
    ];
    for (const name of spellings.slice(0, 5)) await tryPassword(house.visit(), name);
    for (const name of spellings.slice(5)) expect((await tryPassword(house.visit(), name)).status).toBe(429);
    expect((await tryPassword(house.visit(), 'vivi lin', password)).status).toBe(429);
  });

  it('is stopped by network over many names, and elsewhere people come in', async () => {
    const { name } = await house.hire('marketer');
    for (let i = 0; i < 30; i++)
      expect((await tryPassword(house.visit(`192.0.2.${i}`), `guess ${i}`)).status).toBe(401);
    const blocked = await tryPassword(house.visit('192.0.2.200'), name, password);
    expect([blocked.status, blocked.headers['retry-after']]).toEqual([429, '60']);
    expect((await tryPassword(house.visit('192.0.3.200'), name, password)).status).toBe(200);
    house.wait({ seconds: 60 });
    expect((await tryPassword(house.visit('192.0.2.200'), name, password)).status).toBe(200);
  });

  it('is not hidden by an address that a browser makes up', async () => {
    const knock = (i: number) =>
      house
        .visit('198.18.3.9')
        .post(
          '/session/sign-in',
          { name: `hidden ${i}`, password: wrong },
          { 'x-forwarded-for': `10.9.${i}.1` },
        );
    for (let i = 0; i < 30; i++) expect((await knock(i)).status).toBe(401);
    expect((await knock(30)).status).toBe(429);
  });

  it('by one person does not lock out the network that others share', async () => {
    const [clumsy, other] = [await house.hire('marketer'), await house.hire('marketer')];
    for (let i = 0; i < 5; i++) await tryPassword(house.visit('198.18.1.9'), clumsy.name);
    for (let i = 0; i < 60; i++)
      expect((await tryPassword(house.visit('198.18.1.9'), clumsy.name)).status).toBe(429);
    expect((await tryPassword(house.visit('198.18.1.9'), other.name, password)).status).toBe(200);
  });

  it('of others leaves whoever signs in at the edge of the limit unblamed', async () => {
    const { name } = await house.hire('marketer');
    for (let i = 0; i < 29; i++) await tryPassword(house.visit('198.18.2.9'), `slip ${i}`);
    for (let i = 0; i < 3; i++)
      expect((await tryPassword(house.visit('198.18.2.9'), name, password)).status).toBe(200);
    // Twenty-nine slips still count: one more is the last.
    expect((await tryPassword(house.visit('198.18.2.9'), 'slip 30')).status).toBe(401);
    expect((await tryPassword(house.visit('198.18.2.9'), name, password)).status).toBe(429);
    house.wait({ seconds: 60 });
    for (let i = 0; i < 3; i++)
      expect((await tryPassword(house.visit('198.18.2.9'), name, password)).status).toBe(200);
  });

  it('under a name that looks like our own counters touches no one else', async () => {
    const owner = await house.hire('owner');
    for (const name of [`code:${owner.id}`, `own:${owner.id}`])
      for (let i = 0; i < 5; i++) await tryPassword(house.visit(), name);
    const visitor = house.visit();
    await tryPassword(visitor, owner.name, password);
    house.wait({ seconds: 30 });
    const code = codeAt(owner.totp as string, house.wire.now());
    expect((await visitor.post('/session/second-factor', { code })).status).toBe(200);
  });
});
