import type { BrandPolicy } from '#foundation/brand.ts';
import { addDays, dateInZone, instantInZone, timeInZone } from '#foundation/clock.ts';

type Hours = BrandPolicy['serviceHours'];

/** Whether someone answers now; hours may wrap around midnight, and from = until is always. */
export function isServed(hours: Hours, now: Date, zone: string): boolean {
  const { from, until } = hours;
  const time = timeInZone(now, zone);
  if (from === until) return true;
  return from < until ? time >= from && time < until : time >= from || time < until;
}

/** When the next service hours begin, asked outside of them. */
export function nextOpening(hours: Hours, now: Date, zone: string): Date {
  const today = dateInZone(now, zone);
  return instantInZone(timeInZone(now, zone) < hours.from ? today : addDays(today, 1), hours.from, zone);
}
