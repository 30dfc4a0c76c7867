import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

/** Ways in which a tier changes that the timeline tells. */
export const tierChangeReasons = [
  'risen',
  'withdrawn',
  'raised',
  'fallen',
  'ranked_up',
  'ranked_down',
] as const;

const schema = z.object({
  from: z.string(),
  to: z.string(),
  reason: z.enum(tierChangeReasons),
  /** Net spend of the window that was looked at. */
  netTwd: z.int(),
  policyVersion: z.int(),
  membershipId: z.int().positive().optional(),
  /** By score: what was scored. */
  score: z.int().optional(),
  /** By percentile: the place among all, 1 = the highest spend, and of how many of a hundred the tier is. */
  place: z.int().positive().optional(),
  topPercent: z.number().optional(),
});

export type TierChange = z.infer<typeof schema>;

/**
 * A member's tier changed: risen on a purchase, withdrawn at its return, raised or fallen at review, or moved by the
 * month's ranking.
 */
export const tierChanged = declareFact('tier.changed', 1, schema);
