import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answerOnce, fieldConflict, idText, instantText, problem, problemSchema } from '#foundation/http.ts';
import type { StaffContext } from '../staff/door/staff-context.ts';
import { reasonText } from '../staff/reason-rules.ts';
import { campaignAnswer, standingAnswer, toCampaignAnswer } from './campaign-answer-rules.ts';
import { pacePerSecond } from './campaign-draft-rules.ts';
import type { Control } from './campaign-rules.ts';
import { campaignById, mayManage, readStart, unknownCampaign } from './campaigns-routes.ts';
import { type ControlOutcome, changePace, controlCampaign } from './control-campaign.ts';
import { type QuotaSource, refreshQuota } from './refresh-quota.ts';
import { type RequestScheduleOutcome, requestSchedule } from './request-schedule.ts';
import { tellScheduleRefusal } from './tell-schedule-refusal-rules.ts';

const answered = { 404: problemSchema, 409: problemSchema };
const scheduled = z.object({ campaign: campaignAnswer, preview: standingAnswer });

/** `POST /campaigns/{id}/schedule|pause|resume|stop|pace`: what is done with a campaign. */
export function campaignControlRoutes(api: StaffContext, line: QuotaSource): FastifyPluginAsyncZod {
  const now = () => api.clock.now();

  return async (app) => {
    app.post(
      '/campaigns/:id/schedule',
      {
        config: mayManage,
        schema: {
          params: campaignById,
          body: z.strictObject({
            /** When it starts; left out or past = at once, which is within a minute. */
            at: instantText.optional(),
            /** For the second person, where one has to agree. */
            reason: reasonText.optional(),
          }),
          response: {
            200: scheduled,
            202: scheduled.extend({ approvalId: idText }),
            ...answered,
            422: problemSchema,
            503: problemSchema,
          },
        },
      },
      async (request, reply) => {
        const { params, body, actor } = request;
        await refreshQuota(api, line);
        const answer = await answerOnce<200 | 202, z.infer<typeof scheduled> & { approvalId?: string }>(
          api,
          request,
          async (tx) => {
            const outcome = await requestSchedule(tx, {
              campaignId: Number(params.id),
              scheduledAt: readStart(body.at, now()),
              reason: body.reason ?? '-',
              staffId: staffIdOf(request),
              now: now(),
              actor,
            });
            if (!outcome.ok) throw wordRefusal(outcome);
            const { campaign, standing, quota } = outcome;
            const done = { campaign: toCampaignAnswer(campaign), preview: { ...standing, quota } };
            return outcome.state === 'scheduled'
              ? { status: 200, body: done }
              : { status: 202, body: { ...done, approvalId: String(outcome.approvalId) } };
          },
        );
        return reply.code(answer.status as 200).send(answer.body);
      },
    );

    for (const control of ['pause', 'resume', 'stop'] as const satisfies readonly Control[]) {
      app.post(
        `/campaigns/:id/${control}`,
        {
          config: mayManage,
          schema: { params: campaignById, response: { 200: campaignAnswer, ...answered } },
        },
        async (request) => {
          const answer = await answerOnce(api, request, async (tx) => {
            const campaignId = Number(request.params.id);
            const outcome = await controlCampaign(tx, {
              campaignId,
              control,
              now: now(),
              actor: request.actor,
            });
            return { status: 200 as const, body: answerControl(outcome) };
          });
          return answer.body;
        },
      );
    }

    app.post(
      '/campaigns/:id/pace',
      {
        config: mayManage,
        schema: {
          params: campaignById,
          body: z.strictObject({ pacePerSecond }),
          response: { 200: campaignAnswer, ...answered },
        },
      },
      async (request) => {
        const answer = await answerOnce(api, request, async (tx) => {
          const outcome = await changePace(tx, {
            campaignId: Number(request.params.id),
            pacePerSecond: request.body.pacePerSecond,
            now: now(),
            actor: request.actor,
          });
          return { status: 200 as const, body: answerControl(outcome) };
        });
        return answer.body;
      },
    );
  };
}

const staffIdOf = ({ caller }: FastifyRequest): number | null =>
  caller.kind === 'staff' ? caller.staffId : null;

function answerControl(outcome: ControlOutcome): z.infer<typeof campaignAnswer> {
  if (outcome.ok) return toCampaignAnswer(outcome.campaign);
  if (outcome.reason === 'unknown_campaign') throw unknownCampaign();
  throw problem(409, 'not_now', `The campaign is ${outcome.state}`);
}

function wordRefusal(refused: Exclude<RequestScheduleOutcome, { ok: true }>) {
  switch (refused.reason) {
    case 'unknown_campaign':
      return unknownCampaign();
    case 'needs_approval':
      return problem(
        409,
        'needs_approval',
        `It tells ${refused.people} people; above ${refused.most} a person has to ask for a second one's approval`,
      );
    case 'quota_unknown':
      return problem(503, 'quota_unknown', `${tellScheduleRefusal(refused)}. Try again in a minute`);
    case 'over_quota':
      return fieldConflict('ifOverQuota', 'over_quota', tellScheduleRefusal(refused));
    case 'nobody':
      return fieldConflict('audienceKey', 'nobody', tellScheduleRefusal(refused));
    case 'no_draft':
    case 'changed':
      return problem(409, refused.reason, tellScheduleRefusal(refused));
  }
}
