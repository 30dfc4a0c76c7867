import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { wireClock } from '#foundation/clock.ts';
import { type ApiContext, answerOnce, problem } from '#foundation/http.ts';
import { isMemberNo } from '#foundation/ids.ts';
import { createAccountLink } from './create-account-link.ts';

/** `POST /account-links`: a brand's member site asks for a nonce for the member who has just signed in there. */
export function accountLinkRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/account-links',
      {
        config: { scope: 'account-links', permission: null },
        schema: {
          body: z.strictObject({
            memberNo: z.string().refine(isMemberNo, 'A member number: ten digits'),
          }),
          response: { 201: z.object({ nonce: z.string(), expiresAt: z.iso.datetime() }) },
        },
      },
      async (request, reply) => {
        const answer = await answerOnce(api, request, async (tx) => {
          const made = await createAccountLink(tx, api.secrets, {
            memberNo: request.body.memberNo,
            wireNow: wireClock.now(),
          });
          if (!made.ok) throw problem(404, 'unknown_member', 'No member has this number');
          return {
            status: 201 as const,
            body: { nonce: made.nonce, expiresAt: made.expiresAt.toISOString() },
          };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );
  };
}
