import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { findOrCreateByPhone } from '#features/members/find-or-create-by-phone.ts';
import { readPersonByMemberNo } from '#features/members/person-reads.ts';
import { readStoreByCode } from '#features/stores/store-reads.ts';
import { storeCodeText } from '#features/stores/store-rules.ts';
import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type ApiContext, fieldConflict, fieldProblem, instantText, readInstant } from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { activityKinds } from './activity-rules.ts';
import { earnByActivity } from './earn-by-activity.ts';

const member = z
  .strictObject({
    phone: z.string().min(1).max(30).optional(),
    memberNo: z.string().min(1).max(20).optional(),
  })
  .refine((by) => (by.phone === undefined) !== (by.memberNo === undefined), {
    message: 'Name the member by exactly one of phone, memberNo',
    params: { code: 'exactly_one' },
  });

const activityBody = z.strictObject({
  kind: z.enum(activityKinds),
  /** The calling system's number of it; no personal data. */
  sourceRef: z.string().regex(/^[\x21-\x7e]{1,100}$/, '1 to 100 visible ASCII characters'),
  member,
  occurredAt: instantText.refine((text) => text >= '2000-', 'A day before the year 2000'),
  storeCode: storeCodeText.optional(),
});

const activityAnswer = z.object({
  activityId: z.string(),
  memberNo: z.string(),
  points: z.object({
    earned: z.int(),
    reason: z.enum(['off', 'cap_reached']).nullable(),
    balance: z.int(),
  }),
});

/** `POST /activities`: (kind, source number, member) is the key for ever; no Idempotency-Key. */
export function activityRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/activities',
      {
        config: { scope: 'activities', permission: null },
        schema: { body: activityBody, response: { 200: activityAnswer, 201: activityAnswer } },
      },
      async (request, reply) => {
        const { kind, sourceRef, storeCode } = request.body;
        const occurredAt = readInstant(request.body.occurredAt);
        const by = { now: api.clock.now(), actor: request.actor, source: 'api' };
        const recorded = await api.transact(async (tx) => {
          const store = storeCode === undefined ? null : await readStoreByCode(tx, storeCode);
          if (storeCode !== undefined && !store)
            throw fieldProblem('storeCode', 'unknown_store', 'There is no store with this code');
          const memberId = await nameMember(tx, api, request.body.member, by);
          const outcome = await earnByActivity(
            tx,
            { kind, sourceRef, occurredAt, store },
            { memberId, ...by },
          );
          if (!outcome.ok) throw wordRefusal(outcome.reason);
          return outcome;
        });
        return reply.code(recorded.isNew ? 201 : 200).send(recorded.answer);
      },
    );
  };
}

/** An unknown phone makes an unbound member, as at the till. */
async function nameMember(
  tx: Tx,
  { secrets }: ApiContext,
  { phone, memberNo = '' }: z.infer<typeof member>,
  by: { now: Date; actor: Actor; source: string },
): Promise<number> {
  if (phone === undefined) {
    const person = await readPersonByMemberNo(tx, memberNo);
    if (!person) throw fieldProblem('member.memberNo', 'unknown_member', 'There is no such member');
    return person.memberId;
  }
  const found = await findOrCreateByPhone(tx, secrets, { ...by, phone });
  if (!found.ok) throw fieldProblem('member.phone', found.reason, 'This is no mobile number');
  return found.person.memberId;
}

function wordRefusal(reason: 'unknown_member' | 'in_future' | 'other_content') {
  switch (reason) {
    case 'other_content':
      return fieldConflict('sourceRef', reason, 'This activity was recorded before with other content');
    case 'in_future':
      return fieldProblem('occurredAt', reason, 'More than a day in the future');
    case 'unknown_member':
      return fieldProblem('member', reason, 'There is no such member');
    default:
      return neverHappens(reason);
  }
}
