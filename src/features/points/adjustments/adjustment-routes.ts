import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Db } from '#foundation/db.ts';
import {
  type ApiContext,
  fieldConflict,
  fieldProblem,
  idText,
  problem,
  problemSchema,
} from '#foundation/http.ts';
import { isMemberNo } from '#foundation/ids.ts';
import { readPersonByMemberNo } from '../../members/person-reads.ts';
import { readStaffCaller } from '../../staff/door/read-staff-caller.ts';
import { mayAct, reachOf } from '../../staff/permission-rules.ts';
import { reasonText } from '../../staff/reason-rules.ts';
import { readStoreByCode } from '../../stores/store-reads.ts';
import { requestAdjustment } from './request-adjustment.ts';

const mostPoints = 10_000_000;
const adjustmentBody = z.strictObject({
  memberNo: z.string().refine(isMemberNo, 'A member number: ten digits'),
  points: z
    .int()
    .min(-mostPoints)
    .max(mostPoints)
    .refine((points) => points !== 0, 'Not 0'),
  reason: reasonText,
  storeCode: z.string().min(1).max(20).optional(),
});

/** `POST /members/points-adjustments`: 201 when it is done, 202 when a second person has to agree first. */
export function adjustmentRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/members/points-adjustments',
      {
        config: {
          scope: null,
          permission: 'points.adjust',
          storeOf: (request) => (request.body as z.infer<typeof adjustmentBody>).storeCode,
        },
        schema: {
          body: adjustmentBody,
          response: {
            201: z.object({ state: z.literal('done'), balance: z.int() }),
            202: z.object({ state: z.literal('waiting'), approvalId: idText }),
            404: problemSchema,
            409: problemSchema,
          },
        },
      },
      async (request, reply) => {
        const { memberNo, points, reason, storeCode } = request.body;
        const { staffId } = readStaffCaller(request);
        const storeId = await findStore(api.db, request, storeCode);
        const outcome = await api.transact(async (tx) => {
          const person = await readPersonByMemberNo(tx, memberNo);
          if (!person) throw problem(404, 'unknown_member', 'No member has this number');
          const { memberId } = person;
          const [now, actor] = [api.clock.now(), request.actor];
          return requestAdjustment(tx, { memberId, points, reason, storeId, staffId, now, actor });
        });
        if (!outcome.ok) {
          const words = `The member can use ${outcome.held} points now`;
          throw fieldConflict('points', outcome.reason, words);
        }
        if (outcome.state === 'done')
          return reply.code(201).send({ state: 'done', balance: outcome.balance });
        return reply.code(202).send({ state: 'waiting', approvalId: String(outcome.approvalId) });
      },
    );
  };
}

/**
 * For which store somebody adjusts: the one named, else that of the shared device, else the only one they work in.
 * Whose right ends at their stores has to act for one of them.
 */
async function findStore(db: Db, request: FastifyRequest, code: string | undefined): Promise<number | null> {
  const staff = readStaffCaller(request);
  if (code !== undefined) {
    const store = await readStoreByCode(db, code);
    if (!store) throw fieldProblem('storeCode', 'unknown_store', 'There is no store with this code');
    return store.storeId;
  }
  const own = staff.deviceStoreId ?? (staff.storeIds.length === 1 ? staff.storeIds[0] : undefined);
  if (own !== undefined && mayAct(staff, 'points.adjust', own)) return own;
  if (reachOf(staff.role, 'points.adjust') !== 'every')
    throw fieldProblem('storeCode', 'store_needed', 'Say for which of your stores');
  return null;
}
