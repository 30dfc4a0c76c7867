import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { apiRoutes } from '#features/staff/api-routes.ts';
import { createApiKey } from '#features/staff/create-api-key.ts';
import type { StaffContext } from '#features/staff/door/staff-context.ts';
import { type BusinessClock, createFixedClock, wireClock } from '#foundation/clock.ts';
import type { Db } from '#foundation/db.ts';
import { type AnyReaction, createTransact } from '#foundation/facts.ts';
import { type ApiScope, apiScopes } from '#foundation/http.ts';
import { createLogger } from '#foundation/log.ts';
import { createSecrets } from '#foundation/secrets.ts';

export type Answered = { status: number; body: unknown };

export type MachineApi = StaffContext & {
  clock: BusinessClock & { set(instant: string | Date): void };
  app: FastifyInstance;
  /** A new key that may do everything, or what is named. */
  issueKey(scopes?: readonly ApiScope[]): Promise<string>;
  /** One call with a key of all scopes and a fresh Idempotency-Key. */
  call(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answered>;
};

/** The machine door over a database, with the rooms' routes that are named, on a clock that stands still. */
export async function openMachineApi(
  db: Db,
  rooms: (api: StaffContext) => readonly FastifyPluginAsyncZod[],
  options: { now?: string; reactions?: readonly AnyReaction[] } = {},
): Promise<MachineApi> {
  const api = {
    db,
    transact: createTransact(db, options.reactions ?? []),
    secrets: createSecrets(Buffer.alloc(32, 7)),
    clock: createFixedClock(options.now ?? '2026-11-21T04:00:00Z'),
    log: createLogger('silent'),
    wire: wireClock,
    origin: 'https://shuke.example',
    hasSecureCookies: true,
    brandName: async () => '日常選物',
    lineLogin: null,
  };
  const app = Fastify();
  await app.register(apiRoutes(api, rooms(api)), { prefix: '/api/v1' });
  await app.ready();

  async function issueKey(scopes: readonly ApiScope[] = apiScopes): Promise<string> {
    const made = await api.transact((tx) =>
      createApiKey(tx, {
        name: randomUUID(),
        scopes,
        now: api.clock.now(),
        actor: { kind: 'system', id: 'test' },
      }),
    );
    if (!made.ok) throw new Error(made.reason);
    return made.key;
  }
  const key = await issueKey();

  return {
    ...api,
    app,
    issueKey,
    async call(method, path, body, headers = {}) {
      const response = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': randomUUID(), ...headers },
        ...(body !== undefined && { payload: body as object }),
      });
      return { status: response.statusCode, body: response.body === '' ? null : response.json() };
    },
  };
}
