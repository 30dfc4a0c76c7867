import { z } from 'zod';
import { addDays, addMonths } from '#foundation/clock.ts';
import { declarePolicy } from '#foundation/policy.ts';
import { activities, activityKinds } from './activities/activity-rules.ts';
import { memberDays } from './earning/member-day-rules.ts';

const days = z.int().min(0).max(365);

/**
 * How points are earned, what they are worth, when they can be used and when they end. A version without member
 * days has none, and activities that it does not name earn nothing.
 */
export const pointsPolicy = declarePolicy(
  'points',
  z.object({
    twdPerPoint: z.int().positive(),
    pointValueTwd: z.int().positive(),
    returnWindowDays: z.object({ store: days, online: days }),
    ends: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('end_of_next_year') }),
      z.object({ kind: z.literal('months'), months: z.int().positive() }),
      z.object({ kind: z.literal('never') }),
    ]),
    memberDays,
    activities,
  }),
);
export type PointsPolicy = z.infer<typeof pointsPolicy.schema>;

/** Why points moved; words.*.ts names each for the member. */
export const pointsReasons = [
  'purchase',
  'returned',
  'paid',
  'paid_returned',
  'exchanged',
  'exchange_returned',
  'ended',
  'released',
  'opening',
  'merged',
  'adjusted',
  ...activityKinds,
] as const;
export type PointsReason = (typeof pointsReasons)[number];

/** The last day on which points earned on `earnedOn` can be used; null = they do not end. */
export function findEnd(ends: PointsPolicy['ends'], earnedOn: string): string | null {
  if (ends.kind === 'never') return null;
  if (ends.kind === 'months') return addMonths(earnedOn, ends.months);
  return `${Number(earnedOn.slice(0, 4)) + 1}-12-31`;
}

/** Points that end further away are told with their day and without alarm. */
const soonDays = 60;

/** Whether what can last be used on `endsOn` is about to end; both are business days. */
export const isEndingSoon = (endsOn: string, today: string): boolean => endsOn <= addDays(today, soonDays);

/** The day from which points of a purchase can be used: the first after the return window. */
export const findAvailable = (
  policy: PointsPolicy,
  channel: 'store' | 'online',
  purchasedOn: string,
): string => addDays(purchasedOn, policy.returnWindowDays[channel]);

/**
 * How many of the paid points have come back once `returnedTwd` of the total is returned: in proportion, rounded
 * down, so that the parts of many returns sum exactly; a full return brings all.
 */
export function countPaidBack(of: {
  totalTwd: number;
  pointsPaid: number;
  returnedTwd: number;
  isFull: boolean;
}): number {
  if (of.isFull || of.totalTwd === 0) return of.isFull ? of.pointsPaid : 0;
  return Number((BigInt(of.pointsPaid) * BigInt(of.returnedTwd)) / BigInt(of.totalTwd));
}

/** Takes up to `amount` from the lots in their order. */
export function drawLots<Lot extends { remaining: number }>(
  lots: readonly Lot[],
  amount: number,
): { drawn: { lot: Lot; amount: number }[]; missing: number } {
  const drawn = [];
  let missing = amount;
  for (const lot of lots) {
    const taken = Math.min(lot.remaining, missing);
    if (taken > 0) drawn.push({ lot, amount: taken });
    missing -= taken;
  }
  return { drawn, missing };
}

/** First-ending first, what never ends last; then the older lot. */
export function byEnd(
  a: { endsOn: string | null; lotId?: number },
  b: { endsOn: string | null; lotId?: number },
): number {
  const [left, right] = [a.endsOn ?? '9999', b.endsOn ?? '9999'];
  if (left !== right) return left < right ? -1 : 1;
  return (a.lotId ?? 0) - (b.lotId ?? 0);
}
