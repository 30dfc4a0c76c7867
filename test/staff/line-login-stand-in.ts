import { SignJWT } from 'jose';
import { MockAgent } from 'undici';
import { afterAll, expect } from 'vitest';
import { createLineLogin } from '#features/staff/sessions/line-login-port.ts';
import type { TestDatabase } from '../support/database.ts';
import { openStaffHouse, type SeenAnswer, type Visitor } from '../support/staff-client.ts';

export const lineSettings = {
  channelId: '1650000001',
  channelSecret: 'f'.repeat(32),
  accessBaseUrl: 'https://access.line.me',
  apiBaseUrl: 'https://api.line.me',
};
export const lineCookie = '__Host-shuke-line';

export type Attempt = { url: URL; state: string; nonce: string };
export const readAttempt = (address: string): Attempt => {
  const url = new URL(address);
  return { url, state: url.searchParams.get('state') ?? '', nonce: url.searchParams.get('nonce') ?? '' };
};
export const comeBack = (visitor: Visitor, state: string | null, code = 'c0de') =>
  visitor.get(`/console/line-callback?code=${code}${state === null ? '' : `&state=${state}`}`);
export const landed = ({ status, headers }: SeenAnswer) => [status, headers.location];
export const hmacKey = (secret = lineSettings.channelSecret) => new TextEncoder().encode(secret);
export const signToken = (claims: object, secret?: string) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(hmacKey(secret));

let users = 0;
/** A LINE user whom no other call gave. */
export const nextUser = () => `U${String(++users).padStart(32, '0')}`;

/** A house in which LINE Login is set up, and LINE's token endpoint, which answers what the test says. */
export async function openLineHouse(database: TestDatabase) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  afterAll(() => agent.close());
  const house = await openStaffHouse(database, { lineLogin: createLineLogin(lineSettings, agent) });
  const asked: URLSearchParams[] = [];
  let answers: (asked: URLSearchParams) => { status: number; body: string };
  agent
    .get('https://api.line.me')
    .intercept({ path: '/oauth2/v2.1/token', method: 'POST' })
    .reply((request) => {
      const form = new URLSearchParams(String(request.body));
      asked.push(form);
      const { status, body } = answers(form);
      return { statusCode: status, data: body };
    })
    .persist();

  const answer = (how: typeof answers) => {
    answers = how;
  };
  const answerWith = (idToken: unknown, status = 200) =>
    answer(() => ({
      status,
      body: JSON.stringify({ access_token: 'x', token_type: 'Bearer', id_token: idToken }),
    }));
  /** What LINE says of a user; `nonce` undefined = without one. */
  const claimsOf = (user: string, nonce: string | undefined) => {
    const now = Math.floor(house.wire.now().getTime() / 1000);
    return {
      iss: 'https://access.line.me',
      aud: lineSettings.channelId,
      sub: user,
      iat: now,
      exp: now + 3600,
      amr: ['linesso'],
      ...(nonce !== undefined && { nonce }),
    };
  };

  async function begin(visitor: Visitor, query = ''): Promise<Attempt> {
    const sent = await visitor.get(`/console/line-login${query}`);
    expect(sent.status).toBe(303);
    return readAttempt(String(sent.headers.location));
  }

  /** The whole way through LINE as a LINE user. */
  async function passLine(visitor: Visitor, user: string, query = ''): Promise<SeenAnswer> {
    const { state, nonce } = await begin(visitor, query);
    answerWith(await signToken(claimsOf(user, nonce)));
    return comeBack(visitor, state);
  }

  async function beginLink(visitor: Visitor): Promise<Attempt> {
    const begun = await visitor.post('/session/line-link');
    expect(begun.status).toBe(200);
    return readAttempt(begun.body.url);
  }

  async function link(visitor: Visitor, user: string): Promise<SeenAnswer> {
    const { state, nonce } = await beginLink(visitor);
    answerWith(await signToken(claimsOf(user, nonce)));
    return comeBack(visitor, state);
  }

  /** Somebody with a LINE account linked. */
  async function hireLinked(role: 'marketer' | 'auditor' = 'marketer') {
    const who = await house.hire(role);
    const user = nextUser();
    expect(landed(await link(who.visitor, user))).toEqual([303, '/console/account?line=linked']);
    return { ...who, user };
  }

  return { ...house, asked, answer, answerWith, claimsOf, begin, passLine, beginLink, link, hireLinked };
}
