/** `count` calls per `perMs` milliseconds, refilled little by little. */
export type RateLimit = { count: number; perMs: number };

export type TokenBuckets = {
  /** Takes one token; false when the bucket of this endpoint is empty. */
  take(endpoint: string, limit: RateLimit, now: number): boolean;
};

export const perSecond = (count: number): RateLimit => ({ count, perMs: 1_000 });
export const perHour = (count: number): RateLimit => ({ count, perMs: 3_600_000 });

/** One bucket per method and path; the values in path and body do not matter. */
export function createTokenBuckets(enabled: boolean): TokenBuckets {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(endpoint, limit, now) {
      if (!enabled) return true;
      const bucket = buckets.get(endpoint) ?? { left: limit.count, at: now };
      buckets.set(endpoint, bucket);
      const refilled = bucket.left + ((now - bucket.at) / limit.perMs) * limit.count;
      bucket.left = Math.min(limit.count, refilled);
      bucket.at = now;
      // Refilling adds fractions; a hair less than one is one.
      if (bucket.left < 1 - 1e-9) return false;
      bucket.left -= 1;
      return true;
    },
  };
}
