import { z } from 'zod';
import { addDays, dateInZone, instantInZone, timeInZone } from '#foundation/clock.ts';
import { declarePolicy } from '#foundation/policy.ts';

const clockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** How a notice of a kind travels: with the person's next reply (free), by push (costs money), or not at all. */
export type NoticeRoute = 'next_reply' | 'push' | 'never';

/** The windows of caps, in the brand's calendar days that end with today. */
export const capWindows = { perDay: 1, perSevenDays: 7, perFourteenDays: 14, perThirtyDays: 30 } as const;
export type CapWindow = keyof typeof capWindows;
export const capWindowKeys = Object.keys(capWindows) as CapWindow[];

/** Marketing pushes in each window; null = as many as there are. */
export type Caps = Readonly<Record<CapWindow, number | null>>;

const most = z.int().positive();
const mostOrAny = most.nullable().default(null);
const kindCaps = z.object({
  perDay: mostOrAny,
  perSevenDays: mostOrAny,
  perFourteenDays: mostOrAny,
  perThirtyDays: mostOrAny,
});

export const reachPolicy = declarePolicy(
  'reach',
  z.object({
    quietHours: z.object({ from: clockTime, until: clockTime }),
    caps: z.object({
      perDay: most,
      perSevenDays: most,
      perFourteenDays: mostOrAny,
      perThirtyDays: mostOrAny,
      /** By the key of a message kind: tighter than for all kinds together. */
      byKind: z.record(z.string().min(1).max(60), kindCaps).default({}),
    }),
    /** The share of LINE's month that offers leave to service messages. */
    quotaReservePercent: z.int().min(0).max(50).default(5),
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

/** A marketing push that left, on a business day ('YYYY-MM-DD'). */
export type PastPush = { day: string; kind: string };

/** What decides whether a person may get one more marketing push today. */
export type Reachable = {
  marketing: 'all' | 'less' | 'stopped';
  /** Those that still count. */
  past: readonly PastPush[];
};

export type MarketingRefusal = 'stopped' | 'less' | 'cap' | 'cap_of_kind';

/** Why a marketing push of this kind may not leave today, or null. Days are the brand's calendar days. */
export function refuseMarketing(
  person: Reachable,
  push: PastPush,
  reach: Pick<ReachPolicy, 'caps' | 'lessDays'>,
): MarketingRefusal | null {
  if (person.marketing === 'stopped') return 'stopped';
  const isLess = person.marketing === 'less';
  if (isLess && countWithin(person.past, push.day, reach.lessDays) > 0) return 'less';
  if (isCapped(person.past, push.day, reach.caps)) return 'cap';
  const ofKind = reach.caps.byKind[push.kind];
  if (!ofKind) return null;
  const alike = person.past.filter(({ kind }) => kind === push.kind);
  return isCapped(alike, push.day, ofKind) ? 'cap_of_kind' : null;
}

const countWithin = (past: readonly PastPush[], today: string, days: number): number => {
  if (past.length === 0) return 0;
  const before = addDays(today, -days);
  return past.filter(({ day }) => day > before).length;
};

/** Whether one more today would exceed a window. */
export function isCapped(past: readonly PastPush[], today: string, caps: Caps): boolean {
  return capWindowKeys.some((window) => {
    const cap = caps[window];
    return cap !== null && countWithin(past, today, capWindows[window]) >= cap;
  });
}

/** How many days back earlier pushes count. */
export const countedDays = (reach: Pick<ReachPolicy, 'lessDays'>): number =>
  Math.max(capWindows.perThirtyDays, reach.lessDays);
