import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type ApiContext,
  fieldConflict,
  idText,
  pageQuery,
  problem,
  problemSchema,
} from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { readStaffCaller } from '../door/read-staff-caller.ts';
import type { ApprovalKinds } from './approval-kind-rules.ts';
import { type Approval, readApproval, readApprovals } from './approval-reads.ts';
import { type DecideApprovalOutcome, decideApproval, withdrawApproval } from './decide-approval.ts';

const named = z.object({ id: z.string(), name: z.string() });
const instant = z.iso.datetime({ offset: true });
const approvalAnswer = z.object({
  id: z.string(),
  kind: z.string(),
  store: named.nullable(),
  summary: z.object({
    text: z.string(),
    lines: z.array(z.object({ label: z.string(), value: z.string() })),
  }),
  reason: z.string(),
  askedBy: named,
  askedAt: instant,
  expiresAt: instant,
  state: z.enum(['waiting', 'approved', 'rejected', 'withdrawn', 'expired']),
  decidedBy: named.nullable(),
  decidedAt: instant.nullable(),
  note: z.string().nullable(),
  mayDecide: z.boolean(),
  isMine: z.boolean(),
});
const note = z.string().trim().min(1).max(300);
const byId = z.object({ id: idText });
const answers = {
  200: approvalAnswer,
  403: problemSchema,
  404: problemSchema,
  409: problemSchema,
  410: problemSchema,
};

/**
 * `/approvals`: what waits for a second person. Everybody sees what they asked for, and what they may decide; who
 * may decide on which is looked up for each.
 */
export function approvalsRoutes(api: ApiContext, kinds: ApprovalKinds): FastifyPluginAsyncZod {
  const signedIn = { scope: null, permission: 'signed_in' } as const;
  const mayDecide = { scope: null, permission: 'approvals.decide' } as const;

  return async (app) => {
    app.get(
      '/approvals',
      {
        config: signedIn,
        schema: {
          querystring: pageQuery.extend({
            state: z.enum(['waiting', 'decided']).default('waiting'),
            cursor: idText.optional(),
          }),
          response: { 200: z.object({ items: z.array(approvalAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { state, limit, cursor } = request.query;
        const before = cursor === undefined ? null : Number(cursor);
        const found = await readApprovals(api.db, kinds, readerOf(request), {
          state,
          before,
          limit: limit + 1,
        });
        const items = found.slice(0, limit).map(toAnswer);
        return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );

    app.post(
      '/approvals/:id/approve',
      {
        config: mayDecide,
        schema: { params: byId, body: z.strictObject({ note: note.optional() }), response: answers },
      },
      (request) => decide(request, 'approve', request.body.note ?? null),
    );

    app.post(
      '/approvals/:id/reject',
      { config: mayDecide, schema: { params: byId, body: z.strictObject({ note }), response: answers } },
      (request) => decide(request, 'reject', request.body.note),
    );

    app.post(
      '/approvals/:id/withdraw',
      { config: signedIn, schema: { params: byId, body: z.strictObject({}), response: answers } },
      async (request) => {
        const approvalId = Number(request.params.id);
        const { staffId } = readStaffCaller(request);
        const done = await api.transact((tx) =>
          withdrawApproval(tx, kinds, { approvalId, staffId, now: api.clock.now(), actor: request.actor }),
        );
        if (!done.ok) throw wordRefusal(done);
        return readOne(request, approvalId);
      },
    );
  };

  async function decide(
    request: FastifyRequest & { params: { id: string } },
    decision: 'approve' | 'reject',
    words: string | null,
  ) {
    const approvalId = Number(request.params.id);
    const by = readStaffCaller(request);
    // Refused after the commit: that something ran out is kept.
    const done = await api.transact((tx) =>
      decideApproval(tx, kinds, {
        approvalId,
        decision,
        by,
        note: words,
        now: api.clock.now(),
        actor: request.actor,
      }),
    );
    if (!done.ok) throw wordRefusal(done);
    return readOne(request, approvalId);
  }

  async function readOne(request: FastifyRequest, approvalId: number) {
    const approval = await readApproval(api.db, kinds, readerOf(request), approvalId);
    if (!approval) throw wordRefusal({ reason: 'unknown_approval' });
    return toAnswer(approval);
  }

  function readerOf(request: FastifyRequest) {
    const locale = request.session?.language ?? 'zh-TW';
    return { who: readStaffCaller(request), locale, now: api.clock.now() };
  }
}

type Refusal =
  | Omit<Exclude<DecideApprovalOutcome, { ok: true } | { reason: 'not_carried_out' }>, 'ok'>
  | Omit<Extract<DecideApprovalOutcome, { reason: 'not_carried_out' }>, 'ok'>
  | { reason: 'not_yours' };

function wordRefusal(refusal: Refusal) {
  switch (refusal.reason) {
    case 'unknown_approval':
      return problem(404, 'not_found', 'There is no such request');
    case 'own_request':
      return problem(
        403,
        'own_request',
        'Nobody decides on what they asked for: let somebody else look at it',
      );
    case 'not_yours':
      return problem(403, 'forbidden', 'Only who asked can take it back');
    case 'forbidden':
      return problem(403, 'forbidden', 'Your rights do not reach this request');
    case 'already_decided':
      return fieldConflict('params.id', 'already_decided', 'This was decided before, or taken back');
    case 'expired':
      return problem(410, 'expired', 'Nobody decided in time: it has to be asked for again');
    case 'not_carried_out':
      return problem(409, refusal.code, `It goes on waiting: ${refusal.message}`);
    default:
      return neverHappens(refusal);
  }
}

const toNamed = ({ id, name }: { id: number; name: string }) => ({ id: String(id), name });

const toAnswer = (approval: Approval): z.infer<typeof approvalAnswer> => ({
  ...approval,
  id: String(approval.id),
  store: approval.store && toNamed(approval.store),
  askedBy: toNamed(approval.askedBy),
  askedAt: approval.askedAt.toISOString(),
  expiresAt: approval.expiresAt.toISOString(),
  decidedBy: approval.decidedBy && toNamed(approval.decidedBy),
  decidedAt: approval.decidedAt?.toISOString() ?? null,
});
