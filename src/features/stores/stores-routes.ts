import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApiContext, pageQuery } from '#foundation/http.ts';
import { saveStore } from './save-store.ts';
import { readStores, type Store } from './store-reads.ts';
import { storeCodeText } from './store-rules.ts';

const line = (max: number) => z.string().trim().min(1).max(max);
const storeBody = z.strictObject({
  name: line(60),
  address: line(200),
  phone: z
    .string()
    .trim()
    .max(30)
    .regex(/^\+?[0-9][0-9 ()#-]{2,}$/, 'A phone number: digits, spaces, "-", "()", "#"'),
  openingHours: line(60).nullish(),
  closedDays: line(60).nullish(),
});
const storeAnswer = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  address: z.string(),
  phone: z.string(),
  openingHours: z.string().nullable(),
  closedDays: z.string().nullable(),
});

/** `PUT /stores/{code}` and `GET /stores`. */
export function storeRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/stores/:code',
      {
        config: { scope: 'stores', permission: 'stores.manage' },
        schema: {
          params: z.object({ code: storeCodeText }),
          body: storeBody,
          response: { 200: storeAnswer, 201: storeAnswer },
        },
      },
      async (request, reply) => {
        const { body, params, actor } = request;
        const saved = await api.transact((tx) =>
          saveStore(tx, {
            code: params.code,
            name: body.name,
            address: body.address,
            phone: body.phone,
            openingHours: body.openingHours ?? null,
            closedDays: body.closedDays ?? null,
            now: api.clock.now(),
            actor,
          }),
        );
        return reply.code(saved.change === 'created' ? 201 : 200).send(toAnswer(saved.store));
      },
    );

    app.get(
      '/stores',
      {
        config: { scope: 'stores', permission: 'stores.read' },
        schema: {
          querystring: pageQuery,
          response: { 200: z.object({ items: z.array(storeAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query;
        const stores = await readStores(api.db, { after: cursor, limit: limit + 1 });
        const items = stores.slice(0, limit).map(toAnswer);
        return { items, nextCursor: stores.length > limit ? (items.at(-1)?.code ?? null) : null };
      },
    );
  };
}

const toAnswer = ({ storeId, ...store }: Store) => ({ id: String(storeId), ...store });
