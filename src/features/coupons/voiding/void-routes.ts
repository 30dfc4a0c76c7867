import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApiContext, answerOnce, fieldConflict, idText, problem } from '#foundation/http.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { maskReason, reasonText } from '../../staff/reason-rules.ts';
import { type VoidClaimOutcome, voidClaim } from './void-claim.ts';

/** `POST /coupon-claims/{id}/void`: a coupon is taken out of a member's hand; what it had cost in points comes back. */
export function voidRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/coupon-claims/:id/void',
      {
        config: { scope: 'coupons', permission: 'coupons.void' },
        schema: {
          params: z.object({ id: idText }),
          body: z.strictObject({ reason: reasonText }),
          response: { 200: z.object({ claimId: z.string(), pointsBack: z.int() }) },
        },
      },
      async (request, reply) => {
        const { params, body, actor } = request;
        const answer = await answerOnce(api, request, async (tx) => {
          const outcome = await voidClaim(tx, {
            claimId: Number(params.id),
            reason: maskReason(body.reason),
            now: api.clock.now(),
            actor,
            source: 'api',
          });
          if (!outcome.ok) throw wordRefusal(outcome.reason);
          return { status: 200 as const, body: { claimId: params.id, pointsBack: outcome.pointsBack } };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );
  };
}

function wordRefusal(reason: Exclude<VoidClaimOutcome, { ok: true }>['reason']) {
  switch (reason) {
    case 'unknown_claim':
      return problem(404, 'not_found', 'There is no coupon of a member with this id');
    case 'already_void':
      return fieldConflict('params.id', reason, 'This coupon was made void before');
    case 'redeemed':
      return fieldConflict('params.id', reason, 'This coupon is used: undo its use first');
    default:
      return neverHappens(reason);
  }
}
