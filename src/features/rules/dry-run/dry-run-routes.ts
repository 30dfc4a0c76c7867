import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApiContext, idText, pageQuery, problem, problemSchema, readCursor } from '#foundation/http.ts';
import { readDraft } from '../drafts/draft-reads.ts';
import { badData } from '../drafts/draft-refusals.ts';
import { readRules, ruleSectionKeys } from '../section-rules.ts';
import { type DryRun, dryRun, replayedMonths } from './dry-run.ts';
import type { MonthSum } from './weigh-member-rules.ts';

const side = z.object({
  points: z.int(),
  coupons: z.int(),
  couponsTwd: z.int(),
  couponsWithoutWorth: z.int(),
});
const cost = z.object({
  /** What the draft gives more than the live rules; less than 0 where it gives less. */
  extraPoints: z.int(),
  /** The same in NT$, each side's points at its own worth, and the coupons that have one. */
  extraTwd: z.int(),
});
const move = z.enum(['rise', 'fall']);

/** `POST /rules/drafts/{id}/dry-run`: who would rise, who would fall, and what it costs a month. */
export function dryRunRoutes(api: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/rules/drafts/:id/dry-run',
      {
        config: { scope: null, permission: 'rules.draft' },
        schema: {
          params: z.object({ id: idText }),
          querystring: pageQuery.extend({ limit: pageQuery.shape.limit.default(50) }),
          response: {
            200: z.object({
              section: z.enum(ruleSectionKeys),
              from: z.iso.date(),
              until: z.iso.date(),
              memberCount: z.int(),
              rising: z.int(),
              falling: z.int(),
              pairs: z.array(z.object({ from: z.string(), to: z.string(), move, count: z.int() })),
              months: z.array(
                z.object({ month: z.string(), purchases: z.int(), live: side, draft: side, ...cost.shape }),
              ),
              total: cost,
              perMonth: cost,
              /** Members whose tier differs, by a number of which only the end is shown. */
              items: z.array(z.object({ memberNo: z.string(), from: z.string(), to: z.string(), move })),
              nextCursor: z.string().nullable(),
            }),
            404: problemSchema,
            409: problemSchema,
            422: problemSchema,
          },
        },
      },
      async ({ params, query }) => {
        const draft = await readDraft(api.db, Number(params.id));
        if (!draft) throw problem(404, 'unknown_draft', 'There is no such draft');
        const read = readRules(draft.section, draft.data);
        if (!read.ok) throw badData(read.problems);
        const run = await dryRun(api.db, {
          rules: read.rules,
          now: api.clock.now(),
          moversAfter: readCursor(query.cursor) ?? 0,
          moversLimit: query.limit,
        });
        if (!run.ok && run.reason === 'busy')
          throw problem(409, 'busy', 'Another dry run is going on: try again when it is done');
        if (!run.ok)
          throw problem(422, 'nothing_to_replay', 'Only rules of points and tiers can be tried on the past', [
            { path: 'section', code: 'nothing_to_replay', message: 'points or tiers' },
          ]);
        return { section: draft.section, ...toAnswer(run) };
      },
    );
  };
}

function toAnswer(run: DryRun) {
  const months = run.months.map((month) => ({ ...month, ...costOf(month, run.pointValueTwd) }));
  const total = {
    extraPoints: months.reduce((sum, { extraPoints }) => sum + extraPoints, 0),
    extraTwd: months.reduce((sum, { extraTwd }) => sum + extraTwd, 0),
  };
  const countOf = (wanted: 'rise' | 'fall') =>
    run.pairs.reduce((sum, pair) => sum + (pair.move === wanted ? pair.count : 0), 0);
  return {
    from: run.from,
    until: run.until,
    memberCount: run.memberCount,
    rising: countOf('rise'),
    falling: countOf('fall'),
    pairs: run.pairs,
    months,
    total,
    perMonth: {
      extraPoints: Math.round(total.extraPoints / replayedMonths),
      extraTwd: Math.round(total.extraTwd / replayedMonths),
    },
    items: run.movers.map(({ memberNo, from, to, move }) => ({ memberNo: maskNo(memberNo), from, to, move })),
    nextCursor: run.hasMore ? String(run.movers.at(-1)?.memberId) : null,
  };
}

function costOf({ live, draft }: MonthSum, value: DryRun['pointValueTwd']): z.infer<typeof cost> {
  return {
    extraPoints: draft.points - live.points,
    extraTwd: draft.points * value.draft - live.points * value.live + draft.couponsTwd - live.couponsTwd,
  };
}

const maskNo = (memberNo: string): string => `******${memberNo.slice(-4)}`;
