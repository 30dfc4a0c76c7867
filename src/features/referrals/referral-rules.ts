import { z } from 'zod';
import { addMs } from '#foundation/clock.ts';
import { declarePolicy } from '#foundation/policy.ts';
import { farmLimits, usualFarmLimits } from './farms/farm-rules.ts';
import { milestoneList } from './milestones/milestone-rules.ts';

const most = z.int().positive().nullable();

/** What one inviter can earn, so that a farm of accounts does not pay; null = as much as comes. */
export const referralCaps = z.object({
  /** Within any 24 hours; what is more waits, the friend's part too. */
  perDay: most,
  /** Within any 30 days; what is more waits, the friend's part too. */
  perMonth: most,
  /** In all; beyond it the friend is rewarded and the inviter is not. */
  life: most,
});

export type ReferralCaps = z.infer<typeof referralCaps>;

const usualPerMonth = 10;

export const referralsPolicy = declarePolicy(
  'referrals',
  z
    .object({
      /** Days within which someone who sent a code must bind. */
      bindWithinDays: z.int().positive(),
      /** Days for which the friend's first purchase must stay without any return. */
      keptDays: z.int().nonnegative(),
      /** How many kept purchases a member needs before inviting. */
      minKeptPurchases: z.int().nonnegative(),
      /** The least that the friend's first purchase must come to. */
      minFirstPurchaseTwd: z.int().positive().default(1),
      inviterCouponKey: z.string(),
      inviteeCouponKey: z.string(),
      caps: referralCaps.optional(),
      /** How versions from before `caps` say `caps.perMonth`. */
      maxRewardsPerThirtyDays: z.int().positive().optional(),
      milestones: milestoneList.default([]),
      farms: farmLimits.default(usualFarmLimits),
    })
    .transform(({ maxRewardsPerThirtyDays = usualPerMonth, caps, ...rest }) => ({
      ...rest,
      caps: caps ?? { perDay: null, perMonth: maxRewardsPerThirtyDays, life: null },
    })),
);

export type ReferralsPolicy = z.infer<typeof referralsPolicy.schema>;

const dayMs = 86_400_000;

/** Both windows roll: no midnight and no first of the month lets two windows' worth through at once. */
export const capWindowMs = { perDay: dayMs, perMonth: 30 * dayMs };

/** What the caps say to one more reward of an inviter who has had so many within each window, and gifts in all. */
export function checkCaps(
  caps: ReferralCaps,
  had: { perDay: number; perMonth: number; life: number },
): 'both' | 'friend_only' | 'wait' {
  if (fullWindow(caps, had)) return 'wait';
  return isFull(caps, had.life) ? 'friend_only' : 'both';
}

/** The window whose rewards are used up, the longer one where both are; null while there is room. */
export function fullWindow(
  caps: ReferralCaps,
  had: { perDay: number; perMonth: number },
): { window: 'perDay' | 'perMonth'; most: number } | null {
  for (const window of ['perMonth', 'perDay'] as const) {
    const most = caps[window];
    if (most !== null && had[window] >= most) return { window, most };
  }
  return null;
}

/** Whether an inviter who got so many gifts gets no more of them. */
export const isFull = (caps: Pick<ReferralCaps, 'life'>, gifts: number): boolean =>
  caps.life !== null && gifts >= caps.life;

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
