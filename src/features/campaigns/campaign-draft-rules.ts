import { z } from 'zod';
import { campaignGoals } from './campaign-rules.ts';
import { shownName, templateKey } from './templates/template-rules.ts';

export const pacePerSecond = z.int().min(1).max(2_000).nullable();

/** What a marketer says of a campaign. */
export const campaignDraft = z.strictObject({
  name: shownName,
  goal: z.enum(campaignGoals),
  /** Days after the message in which the goal counts. */
  goalDays: z.int().min(1).max(90).default(14),
  audienceKey: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'An audience key'),
  templateKey,
  /** Messages a second of this campaign alone; null = as fast as all together may. */
  pacePerSecond: pacePerSecond.default(null),
  /** What becomes of a message that comes due in quiet hours. */
  quiet: z.enum(['hold', 'skip']).default('hold'),
  /** Hours after the start in which messages may still leave. */
  lifeHours: z.int().min(1).max(168).default(24),
  /** When LINE's month has no room for all. */
  ifOverQuota: z.enum(['refuse', 'trim']).default('refuse'),
});
export type CampaignDraft = z.infer<typeof campaignDraft>;
