import './tables.ts';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import {
  type FastifyPluginAsyncZod,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { addMs, wireClock } from '#foundation/clock.ts';
import {
  type ApiContext,
  answerNotFound,
  answerProblems,
  problem,
  refuseUnstorableText,
} from '#foundation/http.ts';
import { readApiKey } from './api-key-reads.ts';
import { readBearer } from './api-key-rules.ts';

/**
 * The machine door, to be mounted at /api/v1: keys, scopes, one shape of errors, and an OpenAPI document from the
 * schemas that validate (`GET /openapi.json`, any key).
 * @param rooms each room's routes; a route without `config.scope` does not start
 */
export function apiRoutes(api: ApiContext, rooms: readonly FastifyPluginAsyncZod[]): FastifyPluginAsync {
  return async (app) => {
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    app.setErrorHandler(answerProblems(api.log));
    app.setNotFoundHandler(answerNotFound);
    app.decorateRequest('actor');
    app.addHook('onRoute', (route) => {
      if (route.config?.scope === undefined) throw new Error(`${route.method} ${route.url} names no scope`);
    });
    app.addHook('onRequest', (request, reply) => checkKey(api, request, reply));
    app.addHook('preValidation', refuseUnstorableText);
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Shuke', version: '1' },
        components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
        security: [{ key: [] }],
      },
      transform: jsonSchemaTransform,
    });
    await app.register(documentRoute);
    for (const room of rooms) await app.register(room);
  };
}

async function documentRoute(app: FastifyInstance): Promise<void> {
  app.get('/openapi.json', { config: { scope: 'any' }, schema: { hide: true } }, () => app.swagger());
}

async function checkKey(api: ApiContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.is404) return;
  const presented = readBearer(request.headers.authorization);
  const key = presented === null ? null : await readApiKey(api.db, presented);
  if (!key) {
    reply.header('www-authenticate', 'Bearer');
    throw problem(401, 'unauthorized', 'Send a living API key: Authorization: Bearer …');
  }
  const scope = request.routeOptions.config.scope;
  if (scope !== 'any' && !key.scopes.some((held) => held === scope)) {
    throw problem(403, 'forbidden', `This key lacks the scope "${scope}"`);
  }
  request.actor = { kind: 'api_key', id: String(key.id) };
  const now = wireClock.now();
  if (key.lastUsedAt === null || key.lastUsedAt < addMs(now, -60_000)) {
    await api.db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', key.id).execute();
  }
}
