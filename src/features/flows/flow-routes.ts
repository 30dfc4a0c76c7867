import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApiContext, problem, problemSchema } from '#foundation/http.ts';
import { type Flow, readFlows } from './flow-reads.ts';
import { flowKeys } from './flow-rules.ts';
import { switchFlow } from './switch-flow.ts';

const flowAnswer = z.object({
  key: z.enum(flowKeys),
  on: z.boolean(),
  /** When it was last switched on; null = never. */
  switchedOnAt: z.iso.datetime({ offset: true }).nullable(),
  settings: z.record(z.string(), z.unknown()),
});

/** `PUT /flows/{key}` and `GET /flows`. */
export function flowRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/flows/:key',
      {
        config: { scope: 'flows', permission: 'flows.switch' },
        schema: {
          params: z.object({ key: z.string().max(40) }),
          body: z.strictObject({ on: z.boolean() }),
          response: { 200: flowAnswer, 404: problemSchema },
        },
      },
      async (request) => {
        const switched = await api.transact((tx) =>
          switchFlow(tx, {
            key: request.params.key,
            on: request.body.on,
            now: api.clock.now(),
            actor: request.actor,
          }),
        );
        if (!switched.ok) throw problem(404, 'unknown_flow', 'There is no flow of this key');
        return toAnswer(switched.flow);
      },
    );

    app.get(
      '/flows',
      {
        config: { scope: 'flows', permission: 'flows.read' },
        schema: { response: { 200: z.object({ items: z.array(flowAnswer), nextCursor: z.null() }) } },
      },
      async () => ({ items: (await readFlows(api.db)).map(toAnswer), nextCursor: null }),
    );
  };
}

const toAnswer = (flow: Flow) => ({
  key: flow.key,
  on: flow.isOn,
  switchedOnAt: flow.switchedOnAt?.toISOString() ?? null,
  settings: { ...flow.settings },
});
