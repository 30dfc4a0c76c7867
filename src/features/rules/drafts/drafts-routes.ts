import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type ApiContext,
  idText,
  instantText,
  pageQuery,
  problem,
  problemSchema,
  readCursor,
  readInstant,
} from '#foundation/http.ts';
import { readStaffCaller } from '../../staff/door/read-staff-caller.ts';
import { maskReason, reasonText } from '../../staff/reason-rules.ts';
import { lintRules } from '../lint/lint-section-rules.ts';
import { readLintSurroundings } from '../lint/lint-surroundings-reads.ts';
import { readRules, ruleSectionKeys } from '../section-rules.ts';
import { type RuleDraft, readDraft, readDrafts } from './draft-reads.ts';
import { badData, throwRefusal } from './draft-refusals.ts';
import { publishDraft } from './publish-draft.ts';
import { changeDraft, createDraft, dropDraft } from './save-draft.ts';

const states = ['open', 'published', 'dropped'] as const;
const instant = z.iso.datetime({ offset: true });
const data = z.record(z.string(), z.unknown());
export const draftAnswer = z.object({
  id: z.string(),
  section: z.enum(ruleSectionKeys),
  data,
  basedOnVersion: z.int(),
  comment: z.string().nullable(),
  state: z.enum(states),
  /** Send it back with the next change. */
  revision: z.int(),
  author: z.string(),
  changedBy: z.string(),
  createdAt: instant,
  changedAt: instant,
  closedBy: z.string().nullable(),
  closedAt: instant.nullable(),
  publishedVersion: z.int().nullable(),
});
const findingAnswer = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  path: z.string(),
  words: z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() }),
});
const byId = z.object({ id: idText });
const version = z.int().min(1).max(1_000_000);
const comment = reasonText.nullish();
const refusals = { 404: problemSchema, 409: problemSchema, 422: problemSchema };
const mayRead = { scope: null, permission: 'rules.read' } as const;
const mayDraft = { scope: null, permission: 'rules.draft' } as const;

/** `/rules/drafts`: rules in the making, looked at by the linter, and published with the day from which they hold. */
export function draftsRoutes(api: ApiContext): FastifyPluginAsyncZod {
  const now = () => api.clock.now();
  const answerDraft = async (draftId: number) => toAnswer((await readDraft(api.db, draftId)) as RuleDraft);

  return async (app) => {
    app.get(
      '/rules/drafts',
      {
        config: mayRead,
        schema: {
          querystring: pageQuery.extend({
            section: z.enum(ruleSectionKeys).optional(),
            state: z.enum(states).optional(),
          }),
          response: { 200: z.object({ items: z.array(draftAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async ({ query }) => {
        const { section, state, limit, cursor } = query;
        const drafts = await readDrafts(api.db, {
          section,
          state,
          before: readCursor(cursor),
          limit: limit + 1,
        });
        const items = drafts.slice(0, limit).map(toAnswer);
        return { items, nextCursor: drafts.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );

    app.get(
      '/rules/drafts/:id',
      { config: mayRead, schema: { params: byId, response: { 200: draftAnswer, 404: problemSchema } } },
      async ({ params }) => toAnswer(await findDraft(params.id)),
    );

    app.post(
      '/rules/drafts',
      {
        config: mayDraft,
        schema: {
          body: z.strictObject({ section: z.enum(ruleSectionKeys), data, comment }),
          response: { 201: draftAnswer, ...refusals },
        },
      },
      async (request, reply) => {
        const { staffId } = readStaffCaller(request);
        const { section, ...body } = request.body;
        const made = await api.transact((tx) =>
          createDraft(tx, {
            section,
            data: body.data,
            comment: maskComment(body.comment),
            staffId,
            now: now(),
          }),
        );
        if (!made.ok) throw badData(made.problems);
        return reply.code(201).send(await answerDraft(made.draftId));
      },
    );

    app.put(
      '/rules/drafts/:id',
      {
        config: mayDraft,
        schema: {
          params: byId,
          body: z.strictObject({
            data,
            comment,
            revision: version,
            /** Says that the newest version was looked at; left out, the basis stays. */
            basedOnVersion: version.optional(),
          }),
          response: { 200: draftAnswer, ...refusals },
        },
      },
      async (request) => {
        const { staffId } = readStaffCaller(request);
        const { comment: said, ...body } = request.body;
        const changed = await api.transact((tx) =>
          changeDraft(tx, {
            ...body,
            draftId: Number(request.params.id),
            comment: maskComment(said),
            staffId,
            now: now(),
          }),
        );
        if (!changed.ok) return throwRefusal(changed);
        return answerDraft(changed.draftId);
      },
    );

    app.delete(
      '/rules/drafts/:id',
      { config: mayDraft, schema: { params: byId, response: { 200: draftAnswer, ...refusals } } },
      async (request) => {
        const { staffId } = readStaffCaller(request);
        const draftId = Number(request.params.id);
        const dropped = await api.transact((tx) => dropDraft(tx, { draftId, staffId, now: now() }));
        if (!dropped.ok) return throwRefusal(dropped);
        return answerDraft(draftId);
      },
    );

    app.post(
      '/rules/drafts/:id/lint',
      {
        config: mayDraft,
        schema: {
          params: byId,
          response: {
            200: z.object({
              /** Whether nothing stands in the way of publishing. */
              isPublishable: z.boolean(),
              findings: z.array(findingAnswer),
            }),
            ...refusals,
          },
        },
      },
      async ({ params }) => {
        const draft = await findDraft(params.id);
        const read = readRules(draft.section, draft.data);
        if (!read.ok) throw badData(read.problems);
        const at = { now: now(), effectiveFrom: now() };
        const findings = lintRules(read.rules, await readLintSurroundings(api.db, at));
        return { isPublishable: findings.every(({ severity }) => severity !== 'error'), findings };
      },
    );

    app.post(
      '/rules/drafts/:id/publish',
      {
        config: { scope: null, permission: 'rules.publish' },
        schema: {
          params: byId,
          body: z.strictObject({
            /** From when on it holds; left out, from now on. */
            effectiveFrom: instantText.optional(),
            /** Another version is scheduled to begin later and takes over from this one: meant so. */
            isInterim: z.boolean().default(false),
          }),
          response: {
            200: z.object({
              draft: draftAnswer,
              version: z.int(),
              effectiveFrom: instant,
              warnings: z.array(findingAnswer),
            }),
            ...refusals,
          },
        },
      },
      async (request) => {
        const { staffId } = readStaffCaller(request);
        const draftId = Number(request.params.id);
        const { effectiveFrom, isInterim } = request.body;
        const published = await api.transact((tx) =>
          publishDraft(tx, {
            draftId,
            effectiveFrom: effectiveFrom === undefined ? null : readInstant(effectiveFrom),
            isInterim,
            staffId,
            now: now(),
            actor: request.actor,
          }),
        );
        if (!published.ok) return throwRefusal(published);
        return {
          draft: await answerDraft(draftId),
          version: published.version,
          effectiveFrom: published.effectiveFrom.toISOString(),
          warnings: published.warnings,
        };
      },
    );
  };

  async function findDraft(id: string): Promise<RuleDraft> {
    const draft = await readDraft(api.db, Number(id));
    if (!draft) throw problem(404, 'unknown_draft', 'There is no such draft');
    return draft;
  }
}

const maskComment = (comment: string | null | undefined): string | null =>
  comment ? maskReason(comment) : null;

const toAnswer = ({ draftId, createdAt, changedAt, closedAt, ...draft }: RuleDraft) => ({
  ...draft,
  id: String(draftId),
  createdAt: createdAt.toISOString(),
  changedAt: changedAt.toISOString(),
  closedAt: closedAt?.toISOString() ?? null,
});
