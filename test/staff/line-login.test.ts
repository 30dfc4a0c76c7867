import { createHash } from 'node:crypto';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { codeAt, openStaffHouse, password, sessionCookie } from '../support/staff-client.ts';
import {
  comeBack,
  hmacKey,
  landed,
  lineCookie,
  lineSettings,
  nextUser,
  openLineHouse,
  readAttempt,
  signToken,
} from './line-login-stand-in.ts';

const house = await openLineHouse(await openTestDatabase({ max: 20 }));
const owner = await house.hire('owner');

describe('LINE Login', () => {
  it('goes to LINE with state, nonce and PKCE, and back to where it began', async () => {
    const { user, name } = await house.hireLinked();
    const visitor = house.visit();
    const answer = await visitor.get('/console/line-login?return=/console/people');
    expect(answer.setCookies[0]?.split('; ').slice(1).sort()).toEqual(
      ['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure'].sort(),
    );
    const { url, state, nonce } = readAttempt(String(answer.headers.location));
    expect(`${url.origin}${url.pathname}`).toBe('https://access.line.me/oauth2/v2.1/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: lineSettings.channelId,
      redirect_uri: 'https://shuke.example/console/line-callback',
      scope: 'openid',
      code_challenge_method: 'S256',
    });
    house.answerWith(await signToken(house.claimsOf(user, nonce)));
    const back = await comeBack(visitor, state);
    expect(landed(back)).toEqual([303, '/console/people']);
    expect(visitor.cookies.has(lineCookie)).toBe(false);
    expect((await visitor.get('/session')).body).toMatchObject({ state: 'signed_in', staff: { name } });
    const [form] = house.asked.slice(-1);
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: 'https://shuke.example/console/line-callback',
      client_id: lineSettings.channelId,
      client_secret: lineSettings.channelSecret,
    });
    const challenge = createHash('sha256')
      .update(form?.get('code_verifier') ?? '')
      .digest('base64url');
    expect(challenge).toBe(url.searchParams.get('code_challenge'));
  });

  it('still asks owners, and whoever has one, for the second factor', async () => {
    const user = nextUser();
    const boss = await house.signIn(owner);
    expect(landed(await house.link(boss, user))).toEqual([303, '/console/account?line=linked']);
    const visitor = house.visit();
    await house.passLine(visitor, user);
    expect(await visitor.state()).toBe('second_factor');
    expect((await visitor.get('/people')).status).toBe(401);
    house.wait({ seconds: 30 });
    const code = codeAt(owner.totp as string, house.wire.now());
    expect((await visitor.post('/session/second-factor', { code })).body.state).toBe('signed_in');
  });

  it('lets nobody in whom we do not know, who left, or who has no console', async () => {
    const boss = await house.signIn(owner);
    const [gone, demoted] = [await house.hireLinked(), await house.hireLinked()];
    await boss.post(`/people/${gone.id}/disable`);
    const storeIds = [String(house.stores.xinyi.storeId)];
    await boss.send('PUT', `/people/${demoted.id}`, { role: 'clerk', storeIds });
    for (const user of [nextUser(), gone.user, demoted.user]) {
      const visitor = house.visit();
      expect(landed(await house.passLine(visitor, user))).toEqual([303, '/console?line=unknown']);
      expect(visitor.cookies.has(sessionCookie)).toBe(false);
    }
  });

  it('begins a new session over a planted one', async () => {
    const { user } = await house.hireLinked();
    const attacker = await house.hire('marketer');
    const browser = house.visit();
    browser.cookies.set(sessionCookie, attacker.visitor.cookies.get(sessionCookie) ?? '');
    await house.passLine(browser, user);
    expect(browser.cookies.get(sessionCookie)).not.toBe(attacker.visitor.cookies.get(sessionCookie));
    expect(await attacker.visitor.state()).toBe('signed_out');
  });

  it('is gone with a new link, like every former way in', async () => {
    const who = await house.hireLinked();
    const token = await house.linkFor(who.id);
    const body = { token, password, language: 'en' };
    expect((await house.visit().post('/session/invitation/accept', body)).status).toBe(200);
    expect(landed(await house.passLine(house.visit(), who.user))).toEqual([303, '/console?line=unknown']);
  });
});

describe('an id token', () => {
  const other = 'e'.repeat(32);
  const forged: [string, (user: string, nonce: string) => Promise<unknown>][] = [
    ['without a signature', async (user, nonce) => new UnsecuredJWT(house.claimsOf(user, nonce)).encode()],
    [
      'that only says it is unsigned',
      async (user, nonce) => {
        const [, body, signature] = (await signToken(house.claimsOf(user, nonce))).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`;
      },
    ],
    ['of another secret', (user, nonce) => signToken(house.claimsOf(user, nonce), other)],
    [
      'of ES256',
      async (user, nonce) => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT(house.claimsOf(user, nonce)).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
      },
    ],
    [
      'of RS256',
      async (user, nonce) => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT(house.claimsOf(user, nonce)).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
      },
    ],
    [
      'of HS512 with the right secret',
      (user, nonce) =>
        new SignJWT(house.claimsOf(user, nonce))
          .setProtectedHeader({ alg: 'HS512' })
          .sign(hmacKey(lineSettings.channelSecret.repeat(2))),
    ],
    [
      'for another channel',
      (user, nonce) => signToken({ ...house.claimsOf(user, nonce), aud: '1650000002' }),
    ],
    [
      'of another issuer',
      (user, nonce) => signToken({ ...house.claimsOf(user, nonce), iss: 'https://access.line.me.evil' }),
    ],
    [
      'that ran out',
      (user, nonce) =>
        signToken({ ...house.claimsOf(user, nonce), exp: Math.floor(house.wire.now().getTime() / 1000) - 1 }),
    ],
    ['that never runs out', (user, nonce) => signToken({ ...house.claimsOf(user, nonce), exp: undefined })],
    ['of another attempt', (user) => signToken(house.claimsOf(user, 'another-nonce'))],
    ['without a nonce', (user) => signToken(house.claimsOf(user, undefined))],
    ['of nobody', (user, nonce) => signToken({ ...house.claimsOf(user, nonce), sub: undefined })],
    [
      'of somebody who is no LINE user',
      (user, nonce) => signToken({ ...house.claimsOf(user, nonce), sub: user.toLowerCase() }),
    ],
    [
      'changed after it was signed',
      async (user, nonce) => {
        const [head, , signature] = (await signToken(house.claimsOf(user, nonce))).split('.');
        const claims = { ...house.claimsOf(user, nonce), sub: user };
        const body = Buffer.from(JSON.stringify(claims, null, 1)).toString('base64url');
        return `${head}.${body}.${signature}`;
      },
    ],
    ['that is none', async () => 'not.a.token'],
    ['that is missing', async () => undefined],
    ['that is no text', async () => 7],
  ];
  it.each(forged)('%s signs nobody in', async (_kind, forge) => {
    const { user } = await house.hireLinked();
    const visitor = house.visit();
    const { state, nonce } = await house.begin(visitor);
    house.answerWith(await forge(user, nonce));
    const before = house.asked.length;
    const back = await comeBack(visitor, state);
    expect(house.asked.length).toBe(before + 1);
    expect(landed(back)).toEqual([303, '/console?line=failed']);
    expect(visitor.cookies.has(sessionCookie)).toBe(false);
    expect(await visitor.state()).toBe('signed_out');
  });

  it('is not looked at when LINE refuses the code or answers nonsense', async () => {
    const { user } = await house.hireLinked();
    for (const status of [400, 401, 500]) {
      const visitor = house.visit();
      const { state, nonce } = await house.begin(visitor);
      house.answerWith(await signToken(house.claimsOf(user, nonce)), status);
      expect(landed(await comeBack(visitor, state))).toEqual([303, '/console?line=failed']);
    }
    for (const body of ['', '<html>', 'null', '[]', '"text"']) {
      const visitor = house.visit();
      const { state } = await house.begin(visitor);
      house.answer(() => ({ status: 200, body }));
      expect(landed(await comeBack(visitor, state))).toEqual([303, '/console?line=failed']);
      expect(visitor.cookies.has(sessionCookie)).toBe(false);
    }
  });
});

describe('the state', () => {
  it('must be there, and be the one of this browser', async () => {
    const { user } = await house.hireLinked();
    const [mine, theirs] = [house.visit(), house.visit()];
    const attempt = await house.begin(mine);
    const foreign = await house.begin(theirs);
    house.answerWith(await signToken(house.claimsOf(user, foreign.nonce)));
    const before = house.asked.length;
    // Somebody else's way back, opened here: signing in as them is not forced on anybody.
    expect(landed(await comeBack(mine, foreign.state))).toEqual([303, '/console?line=failed']);
    expect(landed(await comeBack(house.visit(), foreign.state))).toEqual([303, '/console?line=failed']);
    expect(landed(await comeBack(theirs, null))).toEqual([303, '/console?line=failed']);
    expect(landed(await comeBack(house.visit(), attempt.state))).toEqual([303, '/console?line=failed']);
    expect(landed(await comeBack(house.visit(), ''))).toEqual([303, '/console?line=failed']);
    expect(house.asked.length).toBe(before);
  });

  it('counts once, also where it failed', async () => {
    const { user } = await house.hireLinked();
    const visitor = house.visit();
    const { state, nonce } = await house.begin(visitor);
    const cookie = visitor.cookies.get(lineCookie) ?? '';
    house.answerWith(await signToken(house.claimsOf(user, nonce)));
    expect(landed(await comeBack(visitor, state))).toEqual([303, '/console']);
    const replay = house.visit();
    replay.cookies.set(lineCookie, cookie);
    expect(landed(await comeBack(replay, state))).toEqual([303, '/console?line=failed']);
    expect(replay.cookies.has(sessionCookie)).toBe(false);

    const second = house.visit();
    const attempt = await house.begin(second);
    const kept = second.cookies.get(lineCookie) ?? '';
    expect(
      landed(await second.get(`/console/line-callback?error=access_denied&state=${attempt.state}`)),
    ).toEqual([303, '/console?line=failed']);
    second.cookies.set(lineCookie, kept);
    house.answerWith(await signToken(house.claimsOf(user, attempt.nonce)));
    expect(landed(await comeBack(second, attempt.state))).toEqual([303, '/console?line=failed']);
  });

  it('counts once when it comes twice at the same moment', async () => {
    const { user } = await house.hireLinked();
    const visitor = house.visit();
    const { state, nonce } = await house.begin(visitor);
    house.answerWith(await signToken(house.claimsOf(user, nonce)));
    const browsers = Array.from({ length: 5 }, () => {
      const copy = house.visit();
      copy.cookies.set(lineCookie, visitor.cookies.get(lineCookie) ?? '');
      return copy;
    });
    const back = await Promise.all(browsers.map((copy) => comeBack(copy, state)));
    expect(back.map(({ headers }) => headers.location).sort()).toEqual([
      '/console',
      ...Array(4).fill('/console?line=failed'),
    ]);
  });

  it('lasts 10 minutes', async () => {
    const { user } = await house.hireLinked();
    const visitor = house.visit();
    const { state, nonce } = await house.begin(visitor);
    house.wait({ minutes: 10 });
    house.answerWith(await signToken(house.claimsOf(user, nonce)));
    expect(landed(await comeBack(visitor, state))).toEqual([303, '/console?line=failed']);
  });
});

describe('the way back', () => {
  it.each([
    ['/console/people', '/console/people'],
    ['/console/audit?actorId=3&from=2026-11-01', '/console/audit?actorId=3&from=2026-11-01'],
    ['//evil.example', '/console'],
    ['///evil.example', '/console'],
    ['https://evil.example', '/console'],
    ['https://shuke.example/console', '/console'],
    ['javascript:alert(1)', '/console'],
    ['\\\\evil.example', '/console'],
    ['/\\evil.example', '/console'],
    ['/console/..//evil.example', '/console'],
    ['/console/../../evil', '/console'],
    ['/console//evil.example', '/console'],
    ['/console/\\evil.example', '/console'],
    ['/console@evil.example', '/console'],
    ['/console.evil.example', '/console'],
    ['/console/%2e%2e//evil', '/console'],
    ['/console#@evil.example', '/console'],
    ['/console\r\nlocation: https://evil.example', '/console'],
    [' /console/people', '/console'],
    ['/staff', '/console'],
    ['/api/v1/docs', '/console'],
    ['', '/console'],
  ])('from %j is %s', async (wanted, location) => {
    const { user } = await house.hireLinked('auditor');
    const visitor = house.visit();
    const answer = await house.passLine(visitor, user, `?return=${encodeURIComponent(wanted)}`);
    expect(landed(answer)).toEqual([303, location]);
    expect(await visitor.state()).toBe('signed_in');
  });

  it('is one address, however many are given', async () => {
    const { user } = await house.hireLinked();
    const answer = await house.passLine(house.visit(), user, '?return=/console/people&return=//evil.example');
    expect(landed(answer)).toEqual([303, '/console']);
  });
});

describe('without settings for LINE Login', () => {
  it('nothing leads there', async () => {
    const bare = await openStaffHouse(await openTestDatabase());
    const { visitor } = await bare.hire('marketer');
    expect((await visitor.get('/session')).body.hasLineLogin).toBe(false);
    expect((await visitor.post('/session/line-link')).status).toBe(404);
    const answer = await visitor.get('/console/line-login');
    expect(answer.headers.location).toBeUndefined();
  });
});
