import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApiContext, problem, problemSchema } from '#foundation/http.ts';
import { isMemberNo } from '#foundation/ids.ts';
import { reasonText } from '../../staff/reason-rules.ts';
import { revealableFields, revealMember } from './reveal-member.ts';

const revealBody = z.strictObject({
  memberNo: z.string().refine(isMemberNo, 'A member number: ten digits'),
  fields: z.array(z.enum(revealableFields)).min(1).max(revealableFields.length),
  reason: reasonText,
});
const revealAnswer = z.object({
  phone: z.string().nullable().optional(),
  name: z.string().nullable().optional(),
  birthday: z.object({ year: z.int().nullable(), month: z.int(), day: z.int() }).nullable().optional(),
});

/** `POST /members/reveal`: personal data of one member in the clear, for a reason. */
export function revealRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/members/reveal',
      {
        config: { scope: null, permission: 'members.reveal' },
        schema: { body: revealBody, response: { 200: revealAnswer, 404: problemSchema } },
      },
      async (request) => {
        const revealed = await api.transact((tx) =>
          revealMember(tx, api.secrets, { ...request.body, now: api.clock.now(), actor: request.actor }),
        );
        if (!revealed.ok) throw problem(404, 'unknown_member', 'No member has this number');
        return revealed.member;
      },
    );
  };
}
