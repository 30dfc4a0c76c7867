import './tables.ts';
import fastifyCookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import {
  type FastifyPluginAsyncZod,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { answerNotFound, answerProblems, refuseUnstorableText } from '#foundation/http.ts';
import { checkCaller, checkStore } from './door/check-caller.ts';
import type { StaffContext } from './door/staff-context.ts';

/** Where people who may read the documentation find it, under /api/v1. */
const docsPath = '/docs';

/**
 * One set of routes for machines by key and for our own screens by session, to be mounted at /api/v1: one shape of
 * errors, and an OpenAPI document from the schemas that validate (`GET /openapi.json`).
 * @param rooms each room's routes; a route that does not say which keys and which people may call it does not start
 */
export function apiRoutes(
  context: StaffContext,
  rooms: readonly FastifyPluginAsyncZod[],
): FastifyPluginAsync {
  return async (app) => {
    if (!app.hasRequestDecorator('cookies')) await app.register(fastifyCookie);
    app.setValidatorCompiler(validatorCompiler);
    app.setSerializerCompiler(serializerCompiler);
    app.setErrorHandler(answerProblems(context.log));
    app.setNotFoundHandler(answerNotFound);
    for (const name of ['actor', 'caller', 'session', 'place']) app.decorateRequest(name);
    app.addHook('onRoute', (route) => {
      const { method, url } = route;
      if (url.startsWith(`${app.prefix}${docsPath}`))
        route.config = { ...route.config, scope: null, permission: 'docs.read' };
      const { config } = route;
      // The document is for those who write against it: what no key may call is for our own screens.
      if (config?.scope === null) route.schema = { ...route.schema, hide: true };
      if (config?.scope === undefined || config.permission === undefined)
        throw new Error(`${method} ${url} does not say which keys and which people may call it`);
    });
    app.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      await checkCaller(context, request, reply);
    });
    app.addHook('preValidation', refuseUnstorableText);
    app.addHook('preHandler', (request) => checkStore(context, request));
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Shuke', version: '1' },
        components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
        security: [{ key: [] }],
      },
      transform: jsonSchemaTransform,
    });
    await app.register(swaggerUi, {
      routePrefix: docsPath,
      staticCSP: true,
      theme: { title: 'Shuke API' },
      uiHooks: {
        // Its files are named relative to the address with the slash.
        onRequest: async (request, reply) => {
          if (request.url.split('?')[0]?.endsWith(docsPath))
            return reply.redirect(`${app.prefix}${docsPath}/`);
        },
      },
    });
    await app.register(documentRoute);
    for (const room of rooms) await app.register(room);
  };
}

async function documentRoute(app: FastifyInstance): Promise<void> {
  app.get(
    '/openapi.json',
    { config: { scope: 'any', permission: 'docs.read' }, schema: { hide: true } },
    () => app.swagger(),
  );
}
