/** Protection after a card went to another LINE account. */
export const spendingHoldHours = 24;

/**
 * For so long the LINE account that let a card go counts as the one it comes from: whoever holds somebody else's
 * phone gains nothing by unbinding there before binding elsewhere.
 */
export const formerLineDays = 30;

/**
 * Whether a person's points and coupons may be spent. Both times are business time, so that what the chat says
 * and what the till does agree however the clock runs.
 */
export function checkSpending(
  person: { spendingHeldUntil: Date | null; spendingLockedAt: Date | null },
  now: Date,
): 'free' | 'held' | 'locked' {
  if (person.spendingLockedAt) return 'locked';
  return person.spendingHeldUntil && now < person.spendingHeldUntil ? 'held' : 'free';
}
