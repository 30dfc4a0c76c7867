import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApiContext, fieldProblem, pageQuery, problem, problemSchema } from '#foundation/http.ts';
import { saveTemplate } from './save-template.ts';
import { readTemplate, readTemplates, type Template } from './template-reads.ts';
import { shownName, templateContent, templateKey } from './template-rules.ts';

const instant = z.iso.datetime({ offset: true });
const templateAnswer = z.object({
  key: z.string(),
  name: z.string(),
  version: z.int(),
  content: templateContent,
  changedAt: instant,
  /** Since when this version stays as it is; the next change begins a new one. */
  lockedAt: instant.nullable(),
});
const byKey = z.object({ key: templateKey });

/** `PUT` and `GET /campaign-templates/{key}`, `GET /campaign-templates`: what campaigns say. */
export function templateRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/campaign-templates/:key',
      {
        config: { scope: 'campaigns', permission: 'campaigns.manage' },
        schema: {
          params: byKey,
          body: z.strictObject({ name: shownName, content: templateContent }),
          response: { 200: templateAnswer, 201: templateAnswer, 422: problemSchema },
        },
      },
      async ({ params, body, actor }, reply) => {
        const saved = await api.transact((tx) =>
          saveTemplate(tx, { key: params.key, ...body, now: api.clock.now(), actor }),
        );
        if (!saved.ok)
          throw fieldProblem(
            `content.${saved.path}`,
            'unknown_coupon',
            'There is no coupon with this key that members may claim',
          );
        return reply.code(saved.change === 'created' ? 201 : 200).send(toAnswer(saved.template));
      },
    );

    app.get(
      '/campaign-templates/:key',
      {
        config: { scope: 'campaigns', permission: 'campaigns.read' },
        schema: { params: byKey, response: { 200: templateAnswer, 404: problemSchema } },
      },
      async ({ params }) => {
        const template = await readTemplate(api.db, params.key);
        if (!template) throw problem(404, 'not_found', 'There is no template with this key');
        return toAnswer(template);
      },
    );

    app.get(
      '/campaign-templates',
      {
        config: { scope: 'campaigns', permission: 'campaigns.read' },
        schema: {
          querystring: pageQuery,
          response: { 200: z.object({ items: z.array(templateAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async ({ query: { limit, cursor } }) => {
        const found = await readTemplates(api.db, { after: cursor, limit: limit + 1 });
        const items = found.slice(0, limit).map(toAnswer);
        return { items, nextCursor: found.length > limit ? (items.at(-1)?.key ?? null) : null };
      },
    );
  };
}

const toAnswer = ({ key, name, newest }: Template): z.infer<typeof templateAnswer> => ({
  key,
  name,
  version: newest.version,
  content: newest.content,
  changedAt: newest.changedAt.toISOString(),
  lockedAt: newest.lockedAt?.toISOString() ?? null,
});
