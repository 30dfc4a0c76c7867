import { addDays, daysBetween } from '#foundation/clock.ts';

/**
 * NAPL (91APP): N bought once, A more often, both within the window; L bought once, P more often, both longer ago.
 * Who never bought stands outside.
 */
export type NaplStage = 'N' | 'A' | 'P' | 'L';

/** What a stage is decided by; valid = not wholly returned. Days are calendar days of the brand's zone. */
export type PurchaseHabit = { validCount: number; lastPurchaseOn: string | null };

/** @param windowDays W: day W itself still counts as within. */
export function naplStage(habit: PurchaseHabit, today: string, windowDays: number): NaplStage | null {
  if (habit.validCount === 0 || habit.lastPurchaseOn === null) return null;
  const isWithin = daysBetween(habit.lastPurchaseOn, today) <= windowDays;
  if (habit.validCount === 1) return isWithin ? 'N' : 'L';
  return isWithin ? 'A' : 'P';
}

/** The day of the last purchase of those who pass N→L or A→P on `day`: it is day W + 1 after it. */
export function lastPurchaseOfPassing(day: string, windowDays: number): string {
  return addDays(day, -(windowDays + 1));
}
