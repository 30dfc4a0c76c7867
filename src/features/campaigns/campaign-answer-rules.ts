import { z } from 'zod';
import type { CampaignCount, CountState } from './campaign-counts-reads.ts';
import type { Campaign } from './campaign-reads.ts';
import { campaignGoals, campaignStates, leftOutReasons } from './campaign-rules.ts';

const instant = z.iso.datetime({ offset: true });
export const quotaAnswer = z.object({
  needed: z.int(),
  /** LINE's month in which it starts, 'YYYY-MM': all numbers are of that month. */
  month: z.string(),
  /** When LINE was asked last; null = never, so neither the limit nor what follows from it is known. */
  readAt: instant.nullable(),
  /** Of LINE's month; null beside a `readAt` = the plan has none. */
  limit: z.int().nullable(),
  used: z.int(),
  left: z.int().nullable(),
  /** What will leave in that month anyway: planned, and other campaigns that are scheduled or being planned. */
  scheduled: z.int(),
  flowsForecast: z.int(),
  /** Kept for service messages. */
  reserve: z.int(),
  /** How many more the month has room for. */
  room: z.int().nullable(),
  /** Null = not known. */
  fits: z.boolean().nullable(),
});

export const campaignAnswer = z.object({
  id: z.string(),
  name: z.string(),
  goal: z.enum(campaignGoals),
  goalDays: z.int(),
  audienceKey: z.string(),
  templateKey: z.string(),
  /** Null while it is a draft, which takes the newest when it is scheduled. */
  templateVersion: z.int().nullable(),
  state: z.enum(campaignStates),
  pacePerSecond: z.int().nullable(),
  quiet: z.enum(['hold', 'skip']),
  lifeHours: z.int(),
  ifOverQuota: z.enum(['refuse', 'trim']),
  scheduledAt: instant.nullable(),
  /** Who could be told when that was last looked at. */
  expectedCount: z.int().nullable(),
  /** Trimmed to so many; null = not trimmed. */
  mostPeople: z.int().nullable(),
  /** When that was last looked at; `month` and `readAt` are left out where they were not kept yet. */
  quota: quotaAnswer.partial({ month: true, readAt: true }).nullable(),
  startedAt: instant.nullable(),
  /** When everybody of the audience was written down. */
  plannedAt: instant.nullable(),
  /** When nothing was open any more. */
  closedAt: instant.nullable(),
  createdAt: instant,
});

const states = [
  'planned',
  'held',
  'sending',
  'sent',
  'skipped',
  'failed',
  'unknown',
] as const satisfies readonly CountState[];
export const countsAnswer = z.object({
  /** Everybody of the audience, from the start on: the sum of all counts. Who is not planned yet is held, 'planning'. */
  people: z.int(),
  byState: z.object(
    Object.fromEntries(states.map((state) => [state, z.int()])) as Record<CountState, z.ZodInt>,
  ),
  items: z.array(
    z.object({
      arm: z.string().nullable(),
      state: z.enum(states),
      reason: z.string().nullable(),
      people: z.int(),
    }),
  ),
});

export const standingAnswer = z.object({
  people: z.int(),
  reachable: z.int(),
  leftOut: z.array(z.object({ reason: z.enum(leftOutReasons), people: z.int() })),
  quota: quotaAnswer,
});

export const toCampaignAnswer = (campaign: Campaign): z.infer<typeof campaignAnswer> => ({
  id: String(campaign.campaignId),
  name: campaign.name,
  goal: campaign.goal,
  goalDays: campaign.goalDays,
  audienceKey: campaign.audienceKey,
  templateKey: campaign.templateKey,
  templateVersion: campaign.version,
  state: campaign.state,
  pacePerSecond: campaign.pacePerSecond,
  quiet: campaign.quiet,
  lifeHours: campaign.lifeHours,
  ifOverQuota: campaign.ifOverQuota,
  scheduledAt: campaign.scheduledAt?.toISOString() ?? null,
  expectedCount: campaign.expectedCount,
  mostPeople: campaign.mostPeople,
  quota: campaign.quota,
  startedAt: campaign.startedAt?.toISOString() ?? null,
  plannedAt: campaign.plannedAt?.toISOString() ?? null,
  closedAt: campaign.closedAt?.toISOString() ?? null,
  createdAt: campaign.createdAt.toISOString(),
});

export function toCountsAnswer(of: {
  people: number;
  counts: readonly CampaignCount[];
}): z.infer<typeof countsAnswer> {
  const byState = { planned: 0, held: 0, sending: 0, sent: 0, skipped: 0, failed: 0, unknown: 0 };
  for (const { state, people } of of.counts) byState[state] += people;
  return { people: of.people, byState, items: [...of.counts] };
}
