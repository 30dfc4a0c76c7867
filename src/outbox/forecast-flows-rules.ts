/** So many whole days before today make the average. */
export const averagedDays = 28;

/**
 * What flows will send in a span of days, beside what they have planned for today already:
 *
 *     a day         = sent before today / days before today since they first sent, at most 28
 *     rest of today = a day − sent today − planned for today, never below 0
 *     forecast      = rest of today + a day × whole days after, rounded up
 *
 * Where they first sent today, today's count stands for a day.
 * @param of.sentBefore in the days before today that make the average. @param of.daysBefore how many these are
 * @param of.hasToday whether the span begins with what is left of today. @param of.wholeDays how many follow
 */
export function forecastFlows(of: {
  sentBefore: number;
  daysBefore: number;
  sentToday: number;
  plannedToday: number;
  hasToday: boolean;
  wholeDays: number;
}): number {
  const aDay = of.daysBefore > 0 ? of.sentBefore / of.daysBefore : of.sentToday;
  const restOfToday = of.hasToday ? Math.max(0, aDay - of.sentToday - of.plannedToday) : 0;
  return Math.ceil(restOfToday + aDay * of.wholeDays);
}
