import { describe, expect, it } from 'vitest';
import { createApiKey } from '#features/staff/create-api-key.ts';
import {
  type Permission,
  permissions,
  reachOf,
  type StaffRole,
  staffRoles,
} from '#features/staff/permission-rules.ts';
import { createLineLogin } from '#features/staff/sessions/line-login-port.ts';
import { startSession } from '#features/staff/sessions/start-session.ts';
import { type ApiScope, apiScopes } from '#foundation/http.ts';
import { hire, openSession } from '../staff/people.ts';
import { openTestDatabase } from '../support/database.ts';
import { tester } from '../support/shop.ts';
import { openStaffHouse, ourOrigin, sessionCookie } from '../support/staff-client.ts';
import { listRoutes } from './list-routes.ts';

type Access = Permission | 'signed_in' | 'half_signed_in' | 'anyone' | 'keys only';
type Row = readonly [route: string, access: Access, scope: ApiScope | 'any' | null];

/** Every route of the API: what a person needs for it, and which scope a key. A new route needs a row here. */
const api: readonly Row[] = [
  ['GET /api/v1/api-keys', 'api_keys.read', null],
  ['POST /api/v1/api-keys', 'api_keys.manage', null],
  ['POST /api/v1/api-keys/:id/revoke', 'api_keys.manage', null],
  ['POST /api/v1/account-links', 'keys only', 'account-links'],
  ['POST /api/v1/activities', 'keys only', 'activities'],
  ['GET /api/v1/approvals', 'signed_in', null],
  ['POST /api/v1/approvals/:id/approve', 'approvals.decide', null],
  ['POST /api/v1/approvals/:id/reject', 'approvals.decide', null],
  ['POST /api/v1/approvals/:id/withdraw', 'signed_in', null],
  ['GET /api/v1/audit', 'audit.read', null],
  ['GET /api/v1/audit.csv', 'audit.read', null],
  ['GET /api/v1/audit/actions', 'audit.read', null],
  ['GET /api/v1/audiences', 'audiences.read', 'members'],
  ['POST /api/v1/audiences/:key/members', 'audiences.manage', 'members'],
  ['PUT /api/v1/audiences/:key', 'audiences.manage', 'members'],
  ['GET /api/v1/campaign-templates', 'campaigns.read', 'campaigns'],
  ['GET /api/v1/campaign-templates/:key', 'campaigns.read', 'campaigns'],
  ['PUT /api/v1/campaign-templates/:key', 'campaigns.manage', 'campaigns'],
  ['GET /api/v1/campaigns', 'campaigns.read', 'campaigns'],
  ['POST /api/v1/campaigns', 'campaigns.manage', 'campaigns'],
  ['GET /api/v1/campaigns/:id', 'campaigns.read', 'campaigns'],
  ['PUT /api/v1/campaigns/:id', 'campaigns.manage', 'campaigns'],
  ['GET /api/v1/campaigns/:id/preview', 'campaigns.read', 'campaigns'],
  ['POST /api/v1/campaigns/:id/pace', 'campaigns.manage', 'campaigns'],
  ['POST /api/v1/campaigns/:id/pause', 'campaigns.manage', 'campaigns'],
  ['POST /api/v1/campaigns/:id/resume', 'campaigns.manage', 'campaigns'],
  ['POST /api/v1/campaigns/:id/schedule', 'campaigns.manage', 'campaigns'],
  ['POST /api/v1/campaigns/:id/stop', 'campaigns.manage', 'campaigns'],
  ['GET /api/v1/coupons', 'coupons.read', 'coupons'],
  ['POST /api/v1/coupons', 'coupons.define', 'coupons'],
  ['POST /api/v1/coupon-claims/:id/void', 'coupons.void', 'coupons'],
  ['POST /api/v1/coupon-codes/check', 'coupons.redeem', 'coupons'],
  ['POST /api/v1/coupon-redemptions', 'coupons.redeem', 'coupons'],
  ['POST /api/v1/coupon-redemptions/:id/void', 'coupons.undo', 'coupons'],
  ['GET /api/v1/device', 'anyone', null],
  ['POST /api/v1/device/lock', 'signed_in', null],
  ['POST /api/v1/device/pair', 'anyone', null],
  ['POST /api/v1/device/switch', 'anyone', null],
  ['GET /api/v1/devices', 'devices.read', null],
  ['POST /api/v1/devices', 'devices.manage', null],
  ['POST /api/v1/devices/:id/code', 'devices.manage', null],
  ['POST /api/v1/devices/:id/revoke', 'devices.manage', null],
  ['GET /api/v1/docs', 'docs.read', null],
  ['GET /api/v1/docs/', 'docs.read', null],
  ['GET /api/v1/docs/static/*', 'docs.read', null],
  ['GET /api/v1/docs/json', 'docs.read', null],
  ['GET /api/v1/docs/yaml', 'docs.read', null],
  ['GET /api/v1/docs/static/index.html', 'docs.read', null],
  ['GET /api/v1/docs/static/swagger-initializer.js', 'docs.read', null],
  ['GET /api/v1/flows', 'flows.read', 'flows'],
  ['PUT /api/v1/flows/:key', 'flows.switch', 'flows'],
  ['POST /api/v1/members/lookup', 'members.look_up', 'members'],
  ['POST /api/v1/members/points-adjustments', 'points.adjust', null],
  ['POST /api/v1/members/reveal', 'members.reveal', null],
  ['GET /api/v1/openapi.json', 'docs.read', 'any'],
  ['GET /api/v1/people', 'people.read', null],
  ['POST /api/v1/people', 'people.manage', null],
  ['PUT /api/v1/people/:id', 'people.manage', null],
  ['POST /api/v1/people/:id/disable', 'people.manage', null],
  ['POST /api/v1/people/:id/enable', 'people.manage', null],
  ['POST /api/v1/people/:id/invitation', 'people.manage', null],
  ['POST /api/v1/people/:id/sign-out', 'people.manage', null],
  ['POST /api/v1/purchases', 'purchases.record', 'purchases'],
  ['GET /api/v1/referrals/suspects', 'referrals.read', null],
  ['POST /api/v1/referrals/suspects/:id/refuse', 'referrals.decide', null],
  ['POST /api/v1/referrals/suspects/:id/release', 'referrals.decide', null],
  ['POST /api/v1/returns', 'returns.record', 'returns'],
  ['GET /api/v1/rules', 'rules.read', null],
  ['GET /api/v1/rules/drafts', 'rules.read', null],
  ['GET /api/v1/rules/drafts/:id', 'rules.read', null],
  ['GET /api/v1/rules/history', 'rules.read', null],
  ['POST /api/v1/rules/drafts', 'rules.draft', null],
  ['PUT /api/v1/rules/drafts/:id', 'rules.draft', null],
  ['DELETE /api/v1/rules/drafts/:id', 'rules.draft', null],
  ['POST /api/v1/rules/drafts/:id/dry-run', 'rules.draft', null],
  ['POST /api/v1/rules/drafts/:id/lint', 'rules.draft', null],
  ['POST /api/v1/rules/drafts/:id/publish', 'rules.publish', null],
  ['GET /api/v1/session', 'anyone', null],
  ['POST /api/v1/session/enrolment', 'half_signed_in', null],
  ['POST /api/v1/session/enrolment/confirm', 'half_signed_in', null],
  ['POST /api/v1/session/invitation', 'anyone', null],
  ['POST /api/v1/session/invitation/accept', 'anyone', null],
  ['PUT /api/v1/session/language', 'signed_in', null],
  ['POST /api/v1/session/line-link', 'signed_in', null],
  ['PUT /api/v1/session/password', 'signed_in', null],
  ['PUT /api/v1/session/pin', 'signed_in', null],
  ['POST /api/v1/session/second-factor', 'half_signed_in', null],
  ['POST /api/v1/session/sign-in', 'anyone', null],
  ['POST /api/v1/session/sign-out', 'half_signed_in', null],
  ['GET /api/v1/stores', 'stores.read', 'stores'],
  ['PUT /api/v1/stores/:code', 'stores.manage', 'stores'],
];

/** Doors that let in whoever knocks, each with its own lock or none: a signature, a token in the address, a page. */
const publicDoors = [
  'POST /line/webhook',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /api/docs',
  'GET /m',
  'GET /m/:token',
  'GET /m/current',
  'GET /m/member-code.js',
  'GET /m/member-code.css',
  'GET /rules',
  'GET /rules/rules.css',
  'GET /console',
  'GET /console/*',
  'GET /console/line-login',
  'GET /console/line-callback',
  'GET /staff',
  'GET /staff/*',
];
/** There only after `npm run build`. */
const builtDoors = ['GET /console/assets/*', 'GET /staff/assets/*'];

/** Refused on a shared device whoever stands there: a PIN opens no other way into an account. */
const consoleOnly = new Set(['POST /api/v1/session/enrolment', 'POST /api/v1/session/line-link']);

const { channelId, channelSecret, base } = {
  channelId: '1',
  channelSecret: 'x',
  base: 'https://line.invalid',
};
const house = await openStaffHouse(await openTestDatabase(), {
  lineLogin: createLineLogin({ channelId, channelSecret, accessBaseUrl: base, apiBaseUrl: base }),
});
const { context } = house;
const xinyi = house.stores.xinyi.storeId;
const ids = new Map<StaffRole, number>();
for (const role of staffRoles) ids.set(role, (await hire(house.db, role, { storeIds: [xinyi] })).staffId);

async function keyWith(name: string, scopes: readonly ApiScope[]): Promise<string> {
  const made = await context.transact((tx) =>
    createApiKey(tx, { name, scopes, now: house.clock.now(), actor: tester }),
  );
  if (!made.ok) throw new Error(made.reason);
  return made.key;
}
const fullKey = await keyWith('full', apiScopes);
const keyWithout = new Map<string, string>();
for (const scope of apiScopes)
  keyWithout.set(
    scope,
    await keyWith(
      `all but ${scope}`,
      apiScopes.filter((other) => other !== scope),
    ),
  );

/** One call with a body that no route takes for good: whoever is let through hears what is wrong with it. */
async function knock(route: string, headers: Record<string, string>): Promise<number | 'let through'> {
  const [method, path = ''] = route.split(' ') as ['GET', string];
  const url = path
    .replace(':id', '999999')
    .replace(':key', 'no-flow')
    .replace(':code', 'nowhere')
    .replace('*', 'none');
  const isOnDevice = /shuke-device=/.test(headers.cookie ?? '');
  const isWrite = method !== 'GET' && (method as string) !== 'HEAD';
  const answer = await house.http.inject({
    method,
    url,
    headers,
    // Bodies are read before a route of the console looks where it is called from.
    ...(isWrite && { payload: isOnDevice && consoleOnly.has(route) ? {} : { odd: true } }),
  });
  if (answer.statusCode >= 500) throw new Error(`${route} fell over: ${answer.body}`);
  return answer.statusCode === 401 || answer.statusCode === 403 ? answer.statusCode : 'let through';
}

const isRight = (access: Access): access is Permission => (permissions as readonly string[]).includes(access);
/** What somebody who is signed in hears. */
function expectedFor(role: StaffRole, route: string, access: Access, onDevice: boolean) {
  if (access === 'keys only') return 401;
  if (onDevice && consoleOnly.has(route)) return 403;
  if (!isRight(access)) return 'let through';
  return reachOf(role, access) === 'none' ? 403 : 'let through';
}

const callers = [
  ...staffRoles.filter((role) => role !== 'clerk').map((role) => [role, 'console'] as const),
  ['manager', 'device'] as const,
  ['clerk', 'device'] as const,
];

describe('every route', () => {
  it('has a row, and every row a route', () => {
    const routes = listRoutes(house.http).filter((route) => !route.startsWith('HEAD '));
    const rows = [...api.map(([route]) => route), ...publicDoors];
    expect(routes.filter((route) => !rows.includes(route) && !builtDoors.includes(route))).toEqual([]);
    expect(rows.filter((route) => !routes.includes(route))).toEqual([]);
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('under HEAD is guarded like under GET', async () => {
    const open = new Set(api.filter(([, access]) => access === 'anyone').map(([route]) => route));
    const heads = listRoutes(house.http).filter((route) => route.startsWith('HEAD /api/v1/'));
    expect(heads.length).toBeGreaterThan(10);
    for (const head of heads) {
      const isOpen = open.has(head.replace('HEAD', 'GET'));
      expect([head, await knock(head, {})]).toEqual([head, isOpen ? 'let through' : 401]);
    }
  });

  it.each(api)('%s to nobody: %s', async (route, access) => {
    const expected = access === 'anyone' ? 'let through' : 401;
    expect(await knock(route, { origin: ourOrigin })).toBe(expected);
    // A cookie that never was or has died is nobody too.
    const cookie = `${sessionCookie}=${'A'.repeat(43)}`;
    expect(await knock(route, { origin: ourOrigin, cookie })).toBe(expected);
  });

  it.each(api)('%s to somebody half-way: %s', async (route, access) => {
    for (const stage of ['second_factor', 'enrolment'] as const) {
      const headers = await openHalf(stage);
      const expected = access === 'anyone' || access === 'half_signed_in' ? 'let through' : 401;
      expect([stage, await knock(route, headers)]).toEqual([stage, expected]);
    }
  });

  it.each(api)('%s to a key: by its scope', async (route, _access, scope) => {
    const say = (isOpen: boolean) => (isOpen ? 'let through' : 403);
    expect(await knock(route, { authorization: `Bearer ${fullKey}` })).toBe(say(scope !== null));
    const lacking = keyWithout.get(scope ?? 'stores') ?? keyWithout.get('stores');
    expect(await knock(route, { authorization: `Bearer ${lacking}` })).toBe(say(scope === 'any'));
    expect(await knock(route, { authorization: 'Bearer shk_unknown_unknown_unknown' })).toBe(401);
  });

  describe.each(callers)('to a %s at the %s', (role, where) => {
    it.each(api)('%s: %s', async (route, access) => {
      const staffId = ids.get(role) as number;
      const headers = await openSession(context, staffId, where === 'device' ? { onDeviceOf: xinyi } : {});
      expect(await knock(route, headers)).toBe(expectedFor(role, route, access, where === 'device'));
      if (route.startsWith('GET ') || access === 'anyone') return;
      // Without our page's own token nothing that writes is let through, whoever asks.
      const { 'x-csrf-token': _, ...bare } = await openSession(context, staffId);
      expect(await knock(route, bare)).toBe(access === 'keys only' ? 401 : 403);
    });
  });
});

/** What a browser sends in which somebody has given their password only. */
async function openHalf(stage: 'second_factor' | 'enrolment'): Promise<Record<string, string>> {
  const staffId = ids.get('owner') as number;
  const token = await context.transact((tx) =>
    startSession(tx, {
      staffId,
      stage,
      deviceId: null,
      language: null,
      formerSessionId: null,
      place: { address: null, browser: null },
      now: house.clock.now(),
      wireNow: house.wire.now(),
    }),
  );
  const cookie = `${sessionCookie}=${token}`;
  const seen = await house.http.inject({ url: '/api/v1/session', headers: { cookie } });
  return { cookie, origin: ourOrigin, 'x-csrf-token': seen.json().csrfToken };
}
