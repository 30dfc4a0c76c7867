import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { apiScopes, idText, pageQuery, problem, readCursor } from '#foundation/http.ts';
import { type ListedApiKey, readApiKeys } from '../api-key-reads.ts';
import { createApiKey } from '../create-api-key.ts';
import { revokeApiKey } from '../revoke-api-key.ts';
import type { StaffContext } from './staff-context.ts';

const keyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(apiScopes)),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
const mayRead = { scope: null, permission: 'api_keys.read' } as const;
const mayManage = { scope: null, permission: 'api_keys.manage' } as const;

/** `/api-keys`: keys of tills, shops and other systems; a key's text leaves here once. */
export function apiKeysRoutes(context: StaffContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/api-keys',
      {
        config: mayRead,
        schema: {
          querystring: pageQuery,
          response: { 200: z.object({ items: z.array(keyAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query;
        const keys = await readApiKeys(context.db, { before: readCursor(cursor), limit: limit + 1 });
        const items = keys.slice(0, limit).map(toAnswer);
        return { items, nextCursor: keys.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );

    app.post(
      '/api-keys',
      {
        config: mayManage,
        schema: {
          body: z.strictObject({
            name: z
              .string()
              .trim()
              .regex(/^[\p{L}\p{N} _.-]{1,60}$/u, '1 to 60 letters, digits, spaces, ".", "_", "-"'),
            scopes: z
              .array(z.enum(apiScopes))
              .min(1)
              .transform((scopes) => [...new Set(scopes)]),
          }),
          response: { 201: z.object({ apiKey: keyAnswer, key: z.string() }) },
        },
      },
      async (request, reply) => {
        const { body, actor } = request;
        const now = context.clock.now();
        const made = await context.transact((tx) => createApiKey(tx, { ...body, now, actor }));
        if (!made.ok)
          throw problem(409, 'name_taken', 'A key has this name, living or revoked', [
            { path: 'name', code: 'name_taken', message: 'Taken, now or before' },
          ]);
        return reply.code(201).send({ apiKey: await readOne(made.id), key: made.key });
      },
    );

    app.post(
      '/api-keys/:id/revoke',
      { config: mayManage, schema: { params: z.object({ id: idText }), response: { 200: keyAnswer } } },
      async (request) => {
        const { actor } = request;
        const { name } = await readOne(Number(request.params.id));
        // Revoked before is what was wished for.
        await context.transact((tx) => revokeApiKey(tx, { name, now: context.clock.now(), actor }));
        return readOne(Number(request.params.id));
      },
    );
  };

  async function readOne(id: number) {
    const [key] = await readApiKeys(context.db, { id, limit: 1 });
    if (!key) throw problem(404, 'not_found', 'There is no key with this id');
    return toAnswer(key);
  }
}

const toAnswer = (key: ListedApiKey): z.infer<typeof keyAnswer> => ({
  id: String(key.id),
  name: key.name,
  scopes: [...key.scopes],
  createdAt: key.createdAt.toISOString(),
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
});
