import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addMs } from '#foundation/clock.ts';
import type { Db, Tx } from '#foundation/db.ts';
import {
  answerOnce,
  fieldProblem,
  idText,
  instantText,
  pageQuery,
  problem,
  problemSchema,
  readCursor,
  readInstant,
} from '#foundation/http.ts';
import type { StaffContext } from '../staff/door/staff-context.ts';
import { readAudienceStanding } from './audience-standing-reads.ts';
import {
  campaignAnswer,
  countsAnswer,
  standingAnswer,
  toCampaignAnswer,
  toCountsAnswer,
} from './campaign-answer-rules.ts';
import { countCampaign } from './campaign-counts-reads.ts';
import { campaignDraft } from './campaign-draft-rules.ts';
import { readCampaignQuota } from './campaign-quota-reads.ts';
import { type Campaign, readCampaign, readCampaigns } from './campaign-reads.ts';
import { campaignStates } from './campaign-rules.ts';
import { type QuotaSource, refreshQuota } from './refresh-quota.ts';
import {
  type ChangeCampaignOutcome,
  type CreateCampaignOutcome,
  changeCampaign,
  createCampaign,
} from './save-campaign.ts';
import { readContent, readNewestVersion } from './templates/template-reads.ts';

export const campaignById = z.object({ id: idText });
export const mayManage = { scope: 'campaigns', permission: 'campaigns.manage' } as const;
const mayRead = { scope: 'campaigns', permission: 'campaigns.read' } as const;

/** `POST`, `PUT` and `GET /campaigns`: who is told what. What is done with them has routes of its own. */
export function campaignsRoutes(api: StaffContext, line: QuotaSource): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/campaigns',
      {
        config: mayManage,
        schema: { body: campaignDraft, response: { 201: campaignAnswer, 422: problemSchema } },
      },
      async (request, reply) => {
        const { body: draft, actor } = request;
        const answer = await answerOnce(api, request, async (tx) => {
          const created = await createCampaign(tx, { draft, now: api.clock.now(), actor });
          return { status: 201 as const, body: toCampaignAnswer(found(created)) };
        });
        return reply.code(answer.status).send(answer.body);
      },
    );

    app.put(
      '/campaigns/:id',
      {
        config: mayManage,
        schema: {
          params: campaignById,
          body: campaignDraft,
          response: { 200: campaignAnswer, 404: problemSchema, 409: problemSchema },
        },
      },
      async ({ params, body: draft, actor }) => {
        const changed = await api.transact((tx) =>
          changeCampaign(tx, { campaignId: Number(params.id), draft, now: api.clock.now(), actor }),
        );
        return toCampaignAnswer(found(changed));
      },
    );

    app.get(
      '/campaigns',
      {
        config: mayRead,
        schema: {
          querystring: pageQuery.extend({ state: z.enum(campaignStates).optional() }),
          response: { 200: z.object({ items: z.array(campaignAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async ({ query: { state, limit, cursor } }) => {
        const campaigns = await readCampaigns(api.db, {
          state,
          before: readCursor(cursor),
          limit: limit + 1,
        });
        const items = campaigns.slice(0, limit).map(toCampaignAnswer);
        return { items, nextCursor: campaigns.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );

    app.get(
      '/campaigns/:id',
      {
        config: mayRead,
        schema: {
          params: campaignById,
          response: { 200: campaignAnswer.extend({ counts: countsAnswer }), 404: problemSchema },
        },
      },
      async ({ params }) => {
        const { campaign, counts } = await inOneMoment(async (tx) => {
          const campaign = await find(tx, params.id);
          return { campaign, counts: await countCampaign(tx, campaign) };
        });
        return { ...toCampaignAnswer(campaign), counts: toCountsAnswer(counts) };
      },
    );

    app.get(
      '/campaigns/:id/preview',
      {
        config: mayRead,
        schema: {
          params: campaignById,
          /** When it would start; left out = when it is scheduled for, else at once. */
          querystring: z.object({ at: instantText.optional() }),
          response: { 200: standingAnswer, 404: problemSchema, 422: problemSchema },
        },
      },
      async ({ params, query }) => {
        const now = api.clock.now();
        const campaign = await find(api.db, params.id);
        const { holdOutPercent } =
          campaign.versionId === null
            ? (await readNewestVersion(api.db, campaign.templateId)).content
            : await readContent(api.db, campaign.versionId);
        const standing = await readAudienceStanding(api.db, { ...campaign, holdOutPercent });
        await refreshQuota(api, line);
        const scheduledAt = campaign.state === 'scheduled' ? campaign.scheduledAt : null;
        const quota = await readCampaignQuota(api.db, {
          campaignId: campaign.campaignId,
          needed: standing.reachable,
          startsAt: (query.at === undefined && scheduledAt) || readStart(query.at, now),
          now,
        });
        return { ...standing, quota };
      },
    );

    const inOneMoment = <T>(read: (tx: Tx) => Promise<T>): Promise<T> =>
      api.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);

    async function find(db: Db, id: string): Promise<Campaign> {
      const campaign = await readCampaign(db, Number(id));
      if (!campaign) throw unknownCampaign();
      return campaign;
    }
  };
}

/** A typing slip in a year is refused rather than kept for it. */
const furthestAheadMs = 366 * 86_400_000;

/** @param at left out or past = at once */
export function readStart(at: string | undefined, now: Date): Date {
  const start = at === undefined ? now : readInstant(at);
  if (start > addMs(now, furthestAheadMs)) throw fieldProblem('at', 'too_far', 'At most a year ahead');
  return start < now ? now : start;
}

export const unknownCampaign = () => problem(404, 'not_found', 'There is no campaign with this id');

/** @throws the refusal in words */
function found(outcome: CreateCampaignOutcome | ChangeCampaignOutcome): Campaign {
  if (outcome.ok) return outcome.campaign;
  switch (outcome.reason) {
    case 'unknown_campaign':
      throw unknownCampaign();
    case 'no_draft':
      throw problem(409, 'no_draft', `The campaign is ${outcome.state}: only a draft can be changed`);
    case 'unknown_audience':
      throw fieldProblem('audienceKey', 'unknown_audience', 'There is no audience with this key');
    case 'unknown_template':
      throw fieldProblem('templateKey', 'unknown_template', 'There is no template with this key');
  }
}
