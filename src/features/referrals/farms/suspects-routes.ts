import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readMaskedPhones } from '#features/members/masked-phone-reads.ts';
import { reasonText } from '#features/staff/reason-rules.ts';
import { readStoreNames } from '#features/stores/store-reads.ts';
import {
  type ApiContext,
  fieldConflict,
  idText,
  instantText,
  pageQuery,
  problem,
  problemSchema,
  readCursor,
} from '#foundation/http.ts';
import { decideSuspicion } from './decide-suspicion.ts';
import { farmSigns } from './farm-rules.ts';
import { readSuspicions, type Suspicion } from './suspicion-reads.ts';

/** As screens may show a person. */
const person = { memberNo: z.string(), phone: z.string().nullable() };
const suspectAnswer = z.object({
  id: z.string(),
  inviter: z.object(person),
  sign: z.enum(farmSigns),
  /** What was seen, beside the limit that it passed. */
  evidence: z.object({
    what: z.string(),
    count: z.int(),
    limit: z.int(),
    percent: z.int().nullable(),
    withinMinutes: z.int().nullable(),
    floorTwd: z.int().nullable(),
    store: z.string().nullable(),
    from: z.string(),
    until: z.string(),
  }),
  foundAt: instantText,
  state: z.enum(['open', 'released', 'refused']),
  decidedAt: instantText.nullable(),
  reason: z.string().nullable(),
  friends: z.array(
    z.object({
      id: z.string(),
      ...person,
      state: z.enum(['received', 'bound', 'rewarded', 'refused']),
      receivedAt: instantText,
      boundAt: instantText.nullable(),
      rewardedAt: instantText.nullable(),
      firstPurchase: z
        .object({ receiptNo: z.string(), store: z.string(), purchasedAt: instantText, totalTwd: z.int() })
        .nullable(),
    }),
  ),
});
const decision = {
  config: { scope: null, permission: 'referrals.decide' },
  schema: {
    params: z.object({ id: idText }),
    body: z.strictObject({ reason: reasonText }),
    response: { 200: suspectAnswer, 404: problemSchema, 409: problemSchema },
  },
} as const;

/** `/referrals/suspects`: invitations that look like a farm of accounts, with what was seen, for a person to decide. */
export function suspectsRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/referrals/suspects',
      {
        config: { scope: null, permission: 'referrals.read' },
        schema: {
          querystring: pageQuery.extend({ state: z.enum(['open', 'decided']).default('open') }),
          response: { 200: z.object({ items: z.array(suspectAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { state, limit, cursor } = request.query;
        const found = await readSuspicions(api.db, { state, before: readCursor(cursor), limit: limit + 1 });
        const items = await describe(found.slice(0, limit));
        return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );
    app.post('/referrals/suspects/:id/release', decision, (request) => decide(request, 'released'));
    app.post('/referrals/suspects/:id/refuse', decision, (request) => decide(request, 'refused'));
  };

  async function decide(
    request: FastifyRequest & { params: { id: string }; body: { reason: string } },
    wanted: 'released' | 'refused',
  ) {
    const suspicionId = Number(request.params.id);
    const { reason } = request.body;
    const [now, { actor }] = [api.clock.now(), request];
    const done = await api.transact((tx) =>
      decideSuspicion(tx, { suspicionId, decision: wanted, reason, now, actor }),
    );
    if (!done.ok)
      throw done.reason === 'unknown_suspicion'
        ? problem(404, 'not_found', 'There is no such suspicion')
        : fieldConflict('params.id', 'already_decided', 'Somebody has decided on this before');
    const [item] = await describe(await readSuspicions(api.db, { suspicionId, limit: 1 }));
    if (!item) throw problem(404, 'not_found', 'There is no such suspicion');
    return item;
  }

  async function describe(found: readonly Suspicion[]): Promise<z.infer<typeof suspectAnswer>[]> {
    const friends = found.flatMap((each) => each.friends);
    const ids = [...found.map((each) => each.inviterId), ...friends.map((each) => each.inviteeId)];
    const phones = await readMaskedPhones(api.db, api.secrets, [...new Set(ids)]);
    const storeIds = [
      ...found.flatMap((each) => each.evidence.storeId ?? []),
      ...friends.flatMap((each) => each.firstPurchase?.storeId ?? []),
    ];
    const stores = await readStoreNames(api.db, [...new Set(storeIds)]);
    const storeName = (id: number) => stores.get(id) ?? String(id);
    return found.map(({ suspicionId, inviterId, memberNo, evidence, foundAt, decidedAt, ...rest }) => ({
      id: String(suspicionId),
      inviter: { memberNo, phone: phones.get(inviterId) ?? null },
      sign: rest.sign,
      evidence: {
        what: evidence.what,
        count: evidence.count,
        limit: evidence.limit,
        percent: evidence.percent ?? null,
        withinMinutes: evidence.withinMinutes ?? null,
        floorTwd: evidence.floorTwd ?? null,
        store: evidence.storeId === undefined ? null : storeName(evidence.storeId),
        from: evidence.from,
        until: evidence.until,
      },
      foundAt: foundAt.toISOString(),
      state: rest.state,
      decidedAt: decidedAt?.toISOString() ?? null,
      reason: rest.reason,
      friends: rest.friends.map(({ inviteeId, firstPurchase, ...friend }) => ({
        ...friend,
        id: String(inviteeId),
        phone: phones.get(inviteeId) ?? null,
        firstPurchase: firstPurchase && {
          receiptNo: firstPurchase.receiptNo,
          store: storeName(firstPurchase.storeId),
          purchasedAt: firstPurchase.purchasedAt,
          totalTwd: firstPurchase.totalTwd,
        },
      })),
    }));
  }
}
