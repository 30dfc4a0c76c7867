import '../tables.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Place } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import { type ApiScope, problem } from '#foundation/http.ts';
import { readApiKey } from '../api-key-reads.ts';
import { readBearer } from '../api-key-rules.ts';
import { mayAct, type Permission, reachOf } from '../permission-rules.ts';
import { readSession, type Session, touchSession } from '../sessions/session-reads.ts';
import { type Asked, type Caller, isCsrfToken, placeOfCaller } from './caller-rules.ts';
import type { StaffContext } from './staff-context.ts';
import { readStaffCookie } from './staff-cookies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    /** The living session that the browser presented, half-way ones included. */
    session: (Session & { token: string }) | null;
    /** Where the call comes from. */
    place: Place;
  }
  interface FastifyContextConfig {
    /** What a person needs for this route; null = machines only. A route without one does not start. */
    permission?: Asked;
    /** The code of the store in which the route acts, where it acts in one. */
    storeOf?: (request: FastifyRequest) => string | null | undefined | Promise<string | null | undefined>;
  }
}

/**
 * Who calls: a machine by its key, or a person by the session in a cookie. Of a browser's request that writes, the
 * origin must be ours and, in a session, our own page's token must come with it.
 */
export async function checkCaller(
  context: StaffContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (request.is404) return;
  const { scope = null, permission = null } = request.routeOptions.config;
  request.caller = { kind: 'nobody' };
  request.session = null;
  request.place = placeOfCaller(request.ip, null);
  if (request.headers.authorization !== undefined) return checkKey(context, request, reply, scope);
  const token = readStaffCookie(context, request, 'session');
  request.session = token === null ? null : await presentSession(context, request, token);
  if (permission === 'anyone') {
    checkOrigin(context, request);
    request.actor = { kind: 'system', id: 'door', place: request.place };
    return;
  }
  if (token === null && scope !== null) throw unauthorized(reply);
  const { session } = request;
  if (permission === null || session === null)
    throw problem(401, 'signed_out', 'Nobody is signed in, or no longer');
  checkOrigin(context, request);
  checkCsrf(context, request, session.token);
  if (session.stage !== 'full' && permission !== 'half_signed_in')
    throw problem(401, 'signed_out', 'Signing in is not finished');
  if (isRight(permission) && reachOf(session.role, permission) === 'none')
    throw problem(403, 'forbidden', 'Your role does not allow this');
  await touchSession(context.db, session, context.wire.now());
  becomeStaff(request, session);
}

async function presentSession(context: StaffContext, request: FastifyRequest, token: string) {
  const deviceToken = readStaffCookie(context, request, 'device');
  const session = await readSession(context.db, { token, deviceToken, wireNow: context.wire.now() });
  return session && { ...session, token };
}

function becomeStaff(request: FastifyRequest, session: Session): void {
  const { staffId, name, role, storeIds, deviceId, deviceStoreId } = session;
  request.place = placeOfCaller(request.ip, session);
  request.caller = {
    kind: 'staff',
    staffId,
    name,
    role,
    storeIds,
    deviceId,
    deviceStoreId,
    sessionId: session.id,
  };
  request.actor = { kind: 'staff', id: String(staffId), place: request.place };
}

/** Whether a person's right reaches the store in which the route acts; asked once the request has been read. */
export async function checkStore(context: StaffContext, request: FastifyRequest): Promise<void> {
  if (request.is404) return;
  const { permission, storeOf } = request.routeOptions.config;
  const { caller } = request;
  if (caller.kind !== 'staff' || !storeOf || !permission || !isRight(permission)) return;
  const code = await storeOf(request);
  if (code === null || code === undefined) return;
  const store = await context.db
    .selectFrom('stores')
    .select('id')
    .where('code', '=', code)
    .executeTakeFirst();
  // Whether a store exists is the route's to say.
  if (store && !mayAct(caller, permission, store.id))
    throw problem(403, 'forbidden', 'Your rights do not reach this store');
}

const isRight = (asked: NonNullable<Asked>): asked is Permission =>
  asked !== 'signed_in' && asked !== 'half_signed_in' && asked !== 'anyone';

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

function checkOrigin(context: StaffContext, request: FastifyRequest): void {
  if (reads.has(request.method)) return;
  if (request.headers.origin !== new URL(context.origin).origin)
    throw problem(403, 'csrf', 'This request did not come from our own pages');
}

function checkCsrf(context: StaffContext, request: FastifyRequest, sessionToken: string): void {
  if (reads.has(request.method)) return;
  if (!isCsrfToken(context.secrets, sessionToken, request.headers['x-csrf-token']))
    throw problem(403, 'csrf', 'This request did not come from our own pages');
}

function unauthorized(reply: FastifyReply) {
  reply.header('www-authenticate', 'Bearer');
  return problem(401, 'unauthorized', 'Send a living API key: Authorization: Bearer …');
}

async function checkKey(
  context: StaffContext,
  request: FastifyRequest,
  reply: FastifyReply,
  scope: ApiScope | 'any' | null,
): Promise<void> {
  const presented = readBearer(request.headers.authorization);
  const key = presented === null ? null : await readApiKey(context.db, presented);
  if (!key) throw unauthorized(reply);
  if (scope === null) throw problem(403, 'forbidden', 'This is for people who are signed in, not for keys');
  if (scope !== 'any' && !key.scopes.some((held) => held === scope))
    throw problem(403, 'forbidden', `This key lacks the scope "${scope}"`);
  request.caller = { kind: 'key', keyId: key.id };
  request.actor = { kind: 'api_key', id: String(key.id), place: request.place };
  const now = context.wire.now();
  if (key.lastUsedAt === null || key.lastUsedAt < addMs(now, -60_000))
    await context.db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', key.id).execute();
}
