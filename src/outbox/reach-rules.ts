import { z } from 'zod';
import { declarePolicy } from '../foundation/policy.ts';

const clockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** How a notice of a kind travels: with the person's next reply (free), by push (costs money), or not at all. */
export type NoticeRoute = 'next_reply' | 'push' | 'never';

export const reachPolicy = declarePolicy(
  'reach',
  z.object({
    quietHours: z.object({ from: clockTime, until: clockTime }),
    caps: z.object({ perDay: z.int().positive(), perSevenDays: z.int().positive() }),
    lessDays: z.int().positive(),
    notices: z.record(z.string(), z.enum(['next_reply', 'push', 'never'])),
  }),
);

export type ReachPolicy = z.infer<typeof reachPolicy.schema>;

/** Whether a wall-clock time 'HH:MM' lies inside quiet hours; they may wrap around midnight, and from = until is none. */
export function isQuiet(time: string, quiet: ReachPolicy['quietHours']): boolean {
  const { from, until } = quiet;
  if (from === until) return false;
  return from < until ? time >= from && time < until : time >= from || time < until;
}
