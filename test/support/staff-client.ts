import { Secret, TOTP } from 'otpauth';
import { afterAll } from 'vitest';
import { pointsAdjustment } from '#features/points/adjustments/points-adjustment-approval.ts';
import { createInvitation } from '#features/staff/accounts/create-invitation.ts';
import { invitePerson } from '#features/staff/accounts/invite-person.ts';
import { makeOwner } from '#features/staff/accounts/make-owner.ts';
import { collectApprovalKinds } from '#features/staff/approvals/approval-kind-rules.ts';
import type { StaffContext } from '#features/staff/door/staff-context.ts';
import type { StaffRole } from '#features/staff/permission-rules.ts';
import type { LineLoginPort } from '#features/staff/sessions/line-login-port.ts';
import { createFixedClock } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { choosePaces } from '#outbox/pace-rules.ts';
import { createTally } from '#outbox/tally-sending.ts';
import { openDoors } from '#web/open-doors.ts';
import type { TestDatabase } from './database.ts';
import { openStore, tester, testSecrets } from './shop.ts';

export const ourOrigin = 'https://shuke.example';
export const password = 'blue kettle on the stove';
export const pin = '274951';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** `undefined` leaves a header out that our own page would send. */
type Headers = Record<string, string | undefined>;

export type SeenAnswer = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a JSON answer holds is for each test to say
  body: any;
  headers: Record<string, string | string[] | number | undefined>;
  /** The Set-Cookie lines as they went out. */
  setCookies: string[];
};

/** A browser that looks at our pages: it keeps cookies, and its writes come with our origin and our page's token. */
export type Visitor = {
  address: string;
  cookies: Map<string, string>;
  get(path: string, headers?: Headers): Promise<SeenAnswer>;
  send(method: Method, path: string, body?: object, headers?: Headers): Promise<SeenAnswer>;
  post(path: string, body?: object, headers?: Headers): Promise<SeenAnswer>;
  /** The state of sign-in that GET /session tells. */
  state(): Promise<string>;
  /** Another browser that holds a copy of the same cookies. */
  thief(): Visitor;
};

export type StaffMember = {
  id: number;
  name: string;
  role: StaffRole;
  visitor: Visitor;
  totp: string | null;
};

export const sessionCookie = '__Host-shuke-session';
export const deviceCookie = '__Host-shuke-device';

/** The code that an authenticator shows. @param steps how many steps of 30 s its clock is off */
export const codeAt = (secret: string, now: Date, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() + steps * 30_000 });

/** All doors over a test database, with clocks that the test sets and the stores xinyi and banqiao. */
export async function openStaffHouse(
  database: TestDatabase,
  options: { lineLogin?: LineLoginPort; now?: string } = {},
) {
  const start = options.now ?? '2026-11-21T04:00:00Z';
  const wire = createFixedClock(start);
  const clock = createFixedClock(start);
  const context: StaffContext = {
    db: database.db,
    transact: createTransact(database.db, []),
    secrets: testSecrets,
    clock,
    wire,
    log: createLogger(process.env.STAFF_LOG ?? 'silent'),
    origin: ourOrigin,
    hasSecureCookies: true,
    brandName: async () => '日常選物',
    lineLogin: options.lineLogin ?? null,
  };
  const http = await openDoors({
    settings: {
      hasWeb: true,
      publicUrl: ourOrigin,
      proxyCount: 0,
      metricsToken: undefined,
      line: { channelSecrets: ['0'.repeat(32)] },
    },
    api: context,
    line: {
      quota: () => Promise.reject(new Error('no LINE')),
      consumption: () => Promise.reject(new Error('no LINE')),
    },
    approvalKinds: collectApprovalKinds([pointsAdjustment]),
    house: () => Promise.reject(new Error('no house')),
    store: { store: async () => undefined },
    ourUserId: () => null,
    outboxHeld: () => null,
    sending: { tally: createTally(), paces: choosePaces() },
    afterWrite: () => undefined,
  });
  await http.ready();
  afterAll(() => http.close());
  const stores = {
    xinyi: await openStore(database.db),
    banqiao: await openStore(database.db, 'banqiao', '板橋店'),
  };

  function openVisitor(address: string, cookies = new Map<string, string>()): Visitor {
    let csrf: { of: string; token: string } | null = null;

    async function ask(method: Method, path: string, body: object | undefined, headers: Headers) {
      const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
      const answer = await http.inject({
        method,
        url: path.startsWith('/console') ? path : `/api/v1${path}`,
        remoteAddress: address,
        headers: {
          ...(cookies.size > 0 && {
            cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          }),
          ...sent,
        },
        ...(body !== undefined && { payload: body }),
      });
      const setCookies = [answer.headers['set-cookie'] ?? []].flat();
      for (const line of setCookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const isJson = String(answer.headers['content-type']).includes('json');
      return {
        status: answer.statusCode,
        body: isJson ? answer.json() : answer.body,
        headers: answer.headers,
        setCookies,
      };
    }

    async function csrfToken(): Promise<string | undefined> {
      const of = cookies.get(sessionCookie);
      if (of === undefined) return undefined;
      if (csrf?.of !== of) {
        const { body } = await ask('GET', '/session', undefined, {});
        if (typeof body.csrfToken !== 'string') return undefined;
        csrf = { of, token: body.csrfToken };
      }
      return csrf.token;
    }

    const visitor: Visitor = {
      address,
      cookies,
      get: (path, headers = {}) => ask('GET', path, undefined, headers),
      async send(method, path, body, headers = {}) {
        return ask(method, path, body, { origin: ourOrigin, 'x-csrf-token': await csrfToken(), ...headers });
      },
      post: (path, body, headers) => visitor.send('POST', path, body, headers),
      state: async () => (await visitor.get('/session')).body.state,
      thief: () => openVisitor('203.0.113.66', new Map(cookies)),
    };
    return visitor;
  }

  let networks = 0;
  /** A fresh browser, each in a network of its own unless one is named. */
  const visit = (address = `10.${Math.floor(++networks / 250)}.${networks % 250}.7`): Visitor =>
    openVisitor(address);
  const moment = () => ({ now: clock.now(), wireNow: wire.now() });

  /** Moves time on, on both clocks. */
  function wait(of: { seconds?: number; minutes?: number; hours?: number }): void {
    const ms = ((of.seconds ?? 0) + (of.minutes ?? 0) * 60 + (of.hours ?? 0) * 3_600) * 1_000;
    wire.set(new Date(wire.now().getTime() + ms));
    clock.set(new Date(clock.now().getTime() + ms));
  }

  /** The token of a new link for somebody. */
  async function linkFor(staffId: number): Promise<string> {
    const made = await context.transact((tx) =>
      createInvitation(tx, { staffId, actor: tester, ...moment() }),
    );
    return made.token;
  }

  async function ownerLink(name: string): Promise<string> {
    const made = await context.transact((tx) => makeOwner(tx, { name, actor: tester, ...moment() }));
    if (!made.ok) throw new Error(made.reason);
    return made.invitation.token;
  }

  /** Binds an authenticator to the account that the visitor is signed in to. @returns its secret */
  async function enrol(visitor: Visitor): Promise<string> {
    const offered = await visitor.post('/session/enrolment', { password });
    const code = codeAt(offered.body.secret, wire.now());
    const done = await visitor.post('/session/enrolment/confirm', { code });
    if (done.status !== 200) throw new Error(JSON.stringify(done.body));
    return offered.body.secret;
  }

  let names = 0;
  /** Somebody who came in by a link of their own; clerks are not signed in, owners have a second factor. */
  async function hire(
    role: StaffRole,
    of: { name?: string; stores?: readonly ('xinyi' | 'banqiao')[] } = {},
  ): Promise<StaffMember> {
    const name = of.name ?? `${role} ${++names}`;
    const needsOne = role === 'clerk' || role === 'manager';
    const storeIds = (of.stores ?? (needsOne ? ['xinyi'] : [])).map((code) => stores[code].storeId);
    const made = await context.transact((tx) =>
      invitePerson(tx, { name, role, storeIds, actor: tester, createdById: null, ...moment() }),
    );
    if (!made.ok) throw new Error(made.reason);
    const visitor = visit();
    const accepted = await visitor.post('/session/invitation/accept', {
      token: made.invitation.token,
      language: 'zh-TW',
      ...(role !== 'clerk' && { password }),
      ...(needsOne && { pin }),
    });
    if (accepted.status !== 200) throw new Error(JSON.stringify(accepted.body));
    const totp = role === 'owner' ? await enrol(visitor) : null;
    return { id: made.staffId, name, role, visitor, totp };
  }

  /** A new browser in which somebody signed in by password, and by a code where they have a second factor. */
  async function signIn(who: StaffMember, visitor: Visitor = visit()): Promise<Visitor> {
    const first = await visitor.post('/session/sign-in', { name: who.name, password });
    if (first.status !== 200) throw new Error(JSON.stringify(first.body));
    if (who.totp === null) return visitor;
    // No code counts twice.
    wait({ seconds: 30 });
    const second = await visitor.post('/session/second-factor', { code: codeAt(who.totp, wire.now()) });
    if (second.status !== 200) throw new Error(JSON.stringify(second.body));
    return visitor;
  }

  /** A browser at a store's counter, paired by code. */
  async function pair(by: Visitor, store: 'xinyi' | 'banqiao' = 'xinyi') {
    const storeId = String(stores[store].storeId);
    const added = await by.post('/devices', { name: `Counter of ${store}`, storeId });
    if (added.status !== 201) throw new Error(JSON.stringify(added.body));
    const counter = visit();
    const paired = await counter.post('/device/pair', { code: added.body.code });
    if (paired.status !== 200) throw new Error(JSON.stringify(paired.body));
    return { counter, deviceId: added.body.device.id as string };
  }

  return {
    context,
    db: database.db,
    http,
    wire,
    clock,
    stores,
    visit,
    wait,
    linkFor,
    ownerLink,
    enrol,
    hire,
    signIn,
    pair,
  };
}

export type StaffHouse = Awaited<ReturnType<typeof openStaffHouse>>;
