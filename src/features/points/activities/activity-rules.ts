import { z } from 'zod';

/** What members do beside buying that may earn points: answer a survey, complete their data, review, come by. */
export const activityKinds = ['survey', 'profile', 'review', 'visit'] as const;
export type ActivityKind = (typeof activityKinds)[number];

const most = z.int().positive().max(10_000_000).nullable().default(null);

const activity = z
  .object({
    /** For one activity; 0 = this kind earns nothing. */
    points: z.int().min(0).max(100_000).default(0),
    /** Points of this kind at most for one member on one day and in one calendar month; null = no limit. */
    perDay: most,
    perMonth: most,
  })
  .prefault({});
export type ActivityRule = z.infer<typeof activity>;

export const activities = z
  .object({ survey: activity, profile: activity, review: activity, visit: activity })
  .prefault({});

/** Why an activity was taken in and earned nothing. */
export type NoPointsReason = 'off' | 'cap_reached';

/**
 * What one more activity earns: all of its points, or nothing where they would pass what a day or a month may give.
 * @param earned points of this kind that the member has of the same day and of the same month
 */
export function countActivityPoints(
  rule: ActivityRule,
  earned: { day: number; month: number },
): { points: number; reason: null } | { points: 0; reason: NoPointsReason } {
  if (rule.points === 0) return { points: 0, reason: 'off' };
  const isOver =
    (rule.perDay !== null && earned.day + rule.points > rule.perDay) ||
    (rule.perMonth !== null && earned.month + rule.points > rule.perMonth);
  return isOver ? { points: 0, reason: 'cap_reached' } : { points: rule.points, reason: null };
}
