/** After how many failures in a row the next one is refused unseen, and for how long (it doubles, up to the most). */
export type AttemptLimit = { failures: number; firstBlockSeconds: number; longestBlockSeconds: number };

const minute = 60;

/** By what is tried: an account's password or code, a PIN on one device, all from one network address. */
export const attemptLimits = {
  account: { failures: 5, firstBlockSeconds: minute, longestBlockSeconds: 15 * minute },
  pin: { failures: 5, firstBlockSeconds: minute, longestBlockSeconds: 15 * minute },
  address: { failures: 30, firstBlockSeconds: minute, longestBlockSeconds: 15 * minute },
} as const satisfies Record<string, AttemptLimit>;

export type AttemptKind = keyof typeof attemptLimits;

/** Failures are forgotten when none came for an hour. */
export const forgetAfterSeconds = 60 * minute;
