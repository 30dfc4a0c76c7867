import { z } from 'zod';
import { addMs } from '#foundation/clock.ts';
import { declarePolicy } from '#foundation/policy.ts';

export const referralsPolicy = declarePolicy(
  'referrals',
  z.object({
    /** Days within which someone who sent a code must bind. */
    bindWithinDays: z.int().positive(),
    /** Days for which the friend's first purchase must stay without any return. */
    keptDays: z.int().nonnegative(),
    /** How many kept purchases a member needs before inviting. */
    minKeptPurchases: z.int().nonnegative(),
    inviterCouponKey: z.string(),
    inviteeCouponKey: z.string(),
    /** What one inviter can earn in 30 days; what is more waits, so that a farm of accounts does not pay. */
    maxRewardsPerThirtyDays: z.int().positive().default(10),
  }),
);

export type ReferralsPolicy = z.infer<typeof referralsPolicy.schema>;

const dayMs = 86_400_000;
export const capWindowMs = 30 * dayMs;

/** Whether a code that was sent at `receivedAt` can no longer lead to a reward when the sender binds at `now`. */
export function isLapsed(
  receivedAt: Date,
  policy: Pick<ReferralsPolicy, 'bindWithinDays'>,
  now: Date,
): boolean {
  return now > addMs(receivedAt, policy.bindWithinDays * dayMs);
}

/** Purchases up to this moment have been kept long enough. */
export function keptUntil(policy: Pick<ReferralsPolicy, 'keptDays'>, now: Date): Date {
  return addMs(now, -policy.keptDays * dayMs);
}
