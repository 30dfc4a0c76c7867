import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { describe, expect, it } from 'vitest';
import { newApiKey, readBearer, readScopes } from '#features/staff/api-key-rules.ts';
import { createApiKey } from '#features/staff/create-api-key.ts';
import { revokeApiKey } from '#features/staff/revoke-api-key.ts';
import { openTestApi } from '../support/api.ts';
import { openTestDatabase } from '../support/database.ts';

const routes: FastifyPluginAsyncZod = async (app) => {
  app.get('/stores', { config: { scope: 'stores', permission: 'stores.read' } }, async (request) => ({
    actor: request.actor.kind,
  }));
};
const api = await openTestApi(await openTestDatabase(), () => [routes]);
const actor = { kind: 'system', id: 'test' } as const;
const now = new Date('2026-11-21T04:00:00Z');
const ask = async (authorization: string) =>
  (await api.call('GET', '/stores', undefined, { authorization })).status;

describe('api keys', () => {
  it('open the door to their scopes only', async () => {
    expect(await ask(`Bearer ${await api.issueKey(['stores'])}`)).toBe(200);
    expect(await ask(`Bearer ${await api.issueKey(['purchases', 'returns'])}`)).toBe(403);
  });

  it('are refused when missing, garbled or unknown', async () => {
    const key = await api.issueKey();
    for (const header of [
      '',
      key,
      'Basic abc',
      'Bearer',
      `Bearer ${key}x`,
      `Bearer ${newApiKey()}`,
      `Bearer ${key} x`,
    ]) {
      expect([header, await ask(header)]).toEqual([header, 401]);
    }
  });

  it('are refused from the moment they are revoked, and their name stays taken', async () => {
    const made = await api.transact((tx) =>
      createApiKey(tx, { name: 'till 1', scopes: ['stores'], now, actor }),
    );
    if (!made.ok) throw new Error(made.reason);
    expect(await ask(`Bearer ${made.key}`)).toBe(200);
    expect(await api.transact((tx) => revokeApiKey(tx, { name: 'till 1', now, actor }))).toMatchObject({
      ok: true,
    });
    expect(await ask(`Bearer ${made.key}`)).toBe(401);
    expect(await api.transact((tx) => revokeApiKey(tx, { name: 'till 1', now, actor }))).toMatchObject({
      reason: 'already_revoked',
    });
    expect(await api.transact((tx) => revokeApiKey(tx, { name: 'till 9', now, actor }))).toMatchObject({
      reason: 'unknown_key',
    });
    expect(
      await api.transact((tx) => createApiKey(tx, { name: 'till 1', scopes: ['stores'], now, actor })),
    ).toMatchObject({ reason: 'name_taken' });
  });

  it('are never stored in the clear', async () => {
    const key = await api.issueKey();
    const rows = await api.db.selectFrom('api_keys').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(key);
    expect(rows.every((row) => row.key_hash.length === 32)).toBe(true);
  });

  it('carry 256 bits', () => {
    expect(Buffer.from(newApiKey().slice(4), 'base64url')).toHaveLength(32);
    expect(readBearer(`Bearer ${newApiKey()}`)).not.toBeNull();
  });

  it('take known scopes only', () => {
    expect(readScopes(['stores', 'stores', 'flows'])).toEqual({ ok: true, scopes: ['stores', 'flows'] });
    expect(readScopes(['stores', 'everything'])).toMatchObject({
      reason: 'unknown_scope',
      name: 'everything',
    });
    expect(readScopes([])).toMatchObject({ reason: 'no_scope' });
  });
});
