import { z } from 'zod';
import { addDays, dateInZone, instantInZone, timeInZone } from '#foundation/clock.ts';
import { declarePolicy } from '#foundation/policy.ts';

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

/** The instant at which the quiet hours that hold at `now` end, in the brand's zone. */
export function endOfQuiet(now: Date, quiet: ReachPolicy['quietHours'], zone: string): Date {
  const today = dateInZone(now, zone);
  const isOver = timeInZone(now, zone) >= quiet.until;
  return instantInZone(isOver ? addDays(today, 1) : today, quiet.until, zone);
}

/** What decides whether a person may get one more marketing push today. */
export type Reachable = {
  marketing: 'all' | 'less' | 'stopped';
  /** Business days ('YYYY-MM-DD') of earlier marketing pushes that still count. */
  sentOn: readonly string[];
};

/** Why a marketing push may not leave today, or null. Days are the brand's calendar days. */
export function refuseMarketing(
  person: Reachable,
  today: string,
  reach: Pick<ReachPolicy, 'caps' | 'lessDays'>,
): 'stopped' | 'less' | 'cap' | null {
  if (person.marketing === 'stopped') return 'stopped';
  const within = (days: number) => person.sentOn.filter((day) => day > addDays(today, -days)).length;
  if (person.marketing === 'less' && within(reach.lessDays) > 0) return 'less';
  return within(1) >= reach.caps.perDay || within(7) >= reach.caps.perSevenDays ? 'cap' : null;
}

/** How many days back earlier pushes count. */
export const countedDays = (reach: Pick<ReachPolicy, 'lessDays'>): number => Math.max(7, reach.lessDays);
