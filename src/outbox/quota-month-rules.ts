import { addDays, dateInZone, instantInZone } from '#foundation/clock.ts';

/** LINE's dates are those of Tokyo (UTC+9), in Taiwan too. */
const quotaZone = 'Asia/Tokyo';

/** The day by which LINE counts, 'YYYY-MM-DD'. */
export const quotaDay = (now: Date): string => dateInZone(now, quotaZone);

/** The first day of LINE's month, 'YYYY-MM-01'. */
export const quotaMonth = (now: Date): string => `${quotaDay(now).slice(0, 7)}-01`;

/** When LINE's day is over. */
export const endOfQuotaDay = (now: Date): Date =>
  instantInZone(addDays(quotaDay(now), 1), '00:00', quotaZone);

/** When LINE's month begins. */
export const startOfQuotaMonth = (now: Date): Date => instantInZone(quotaMonth(now), '00:00', quotaZone);

/** When LINE's month is over: its next first day, and the instant at which that begins. */
export function endOfQuotaMonth(now: Date): { on: string; at: Date } {
  const on = `${addDays(quotaMonth(now), 31).slice(0, 7)}-01`;
  return { on, at: instantInZone(on, '00:00', quotaZone) };
}
