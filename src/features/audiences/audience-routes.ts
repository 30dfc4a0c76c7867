import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Tx } from '#foundation/db.ts';
import { type ApiContext, answerOnce, fieldProblem, pageQuery, problem } from '#foundation/http.ts';
import { readPersonByMemberNo } from '../members/person-reads.ts';
import { type Audience, readAudiences } from './audience-reads.ts';
import { changeAudienceMembers } from './change-audience-members.ts';
import { saveAudience } from './save-audience.ts';

const audienceKey = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, '1 to 60 of a-z, 0-9, "_" and "-"');
const name = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'One line of plain text');
const memberNos = z.array(z.string().min(1).max(20)).max(1_000).default([]);
const audienceAnswer = z.object({ key: z.string(), name: z.string(), memberCount: z.int() });
const changeBody = z
  .strictObject({ add: memberNos, remove: memberNos })
  .superRefine(({ add, remove }, context) => {
    const fault = (path: (string | number)[], code: string, message: string) =>
      context.addIssue({ code: 'custom', path, message, params: { code } });
    if (add.length + remove.length === 0) fault(['add'], 'required', 'Name somebody to add or remove');
    for (const [at, memberNo] of remove.entries()) {
      if (add.includes(memberNo)) fault(['remove', at], 'exclusive', 'Both added and removed');
    }
  });

/** `PUT /audiences/{key}`, `GET /audiences` and `POST /audiences/{key}/members`: groups that coupons can be for. */
export function audienceRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/audiences/:key',
      {
        config: { scope: 'members', permission: 'audiences.manage' },
        schema: {
          params: z.object({ key: audienceKey }),
          body: z.strictObject({ name }),
          response: { 200: audienceAnswer, 201: audienceAnswer },
        },
      },
      async ({ params, body, actor }, reply) => {
        const saved = await api.transact((tx) =>
          saveAudience(tx, { key: params.key, name: body.name, now: api.clock.now(), actor }),
        );
        return reply.code(saved.change === 'created' ? 201 : 200).send(toAnswer(saved.audience));
      },
    );

    app.get(
      '/audiences',
      {
        config: { scope: 'members', permission: 'audiences.read' },
        schema: {
          querystring: pageQuery,
          response: { 200: z.object({ items: z.array(audienceAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const found = await readAudiences(api.db, { after: cursor, limit: limit + 1 });
        const items = found.slice(0, limit).map(toAnswer);
        return { items, nextCursor: found.length > limit ? (items.at(-1)?.key ?? null) : null };
      },
    );

    app.post(
      '/audiences/:key/members',
      {
        config: { scope: 'members', permission: 'audiences.manage' },
        schema: {
          params: z.object({ key: audienceKey }),
          body: changeBody,
          response: { 200: z.object({ added: z.int(), removed: z.int(), memberCount: z.int() }) },
        },
      },
      async (request, reply) => {
        const { params, body, actor } = request;
        const answer = await answerOnce(api, request, async (tx) => {
          const changed = await changeAudienceMembers(tx, {
            key: params.key,
            add: await findAll(tx, 'add', body.add),
            remove: await findAll(tx, 'remove', body.remove),
            now: api.clock.now(),
            actor,
          });
          if (!changed.ok) throw problem(404, 'not_found', 'There is no audience with this key');
          const { added, removed, memberCount } = changed;
          return { status: 200 as const, body: { added, removed, memberCount } };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );
  };
}

/** @throws a 422 that names the first number which no member has */
async function findAll(tx: Tx, field: string, memberNos: readonly string[]): Promise<number[]> {
  const ids: number[] = [];
  for (const [at, memberNo] of memberNos.entries()) {
    const person = await readPersonByMemberNo(tx, memberNo);
    if (!person)
      throw fieldProblem(`${field}.${at}`, 'unknown_member', 'There is no member with this number');
    ids.push(person.memberId);
  }
  return ids;
}

const toAnswer = ({ key, name: called, memberCount }: Audience) => ({ key, name: called, memberCount });
