import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';
import { farmSigns } from './farms/farm-rules.ts';

/** Someone sent a member's invitation code; the fact is of the one who was invited. */
export const referralReceived = declareFact('referral.received', 1, z.object({ inviterId: z.int() }));

/** The invited person bound in time. */
export const referralBound = declareFact('referral.bound', 1, z.object({ inviterId: z.int() }));

/** Both got their coupon, or, past the inviter's cap of a life, the friend alone; one fact for each who did. */
export const referralRewarded = declareFact(
  'referral.rewarded',
  1,
  z.object({
    role: z.enum(['inviter', 'invitee']),
    claimId: z.int(),
    inviteeId: z.int(),
    inviterId: z.int(),
  }),
);

/** The inviter got nothing for a friend who was rewarded. */
export const referralInviterRefused = declareFact(
  'referral.inviter_refused',
  1,
  z.object({ inviteeId: z.int(), reason: z.enum(['life_cap']) }),
);

/** So many friends of a member were rewarded, for the first time. */
export const referralMilestoneReached = declareFact(
  'referral.milestone_reached',
  1,
  z.object({ friends: z.int(), claimId: z.int().nullable() }),
);

/** The friends of an inviter look like a farm of accounts: none of them is rewarded until a person decides. */
export const referralSuspected = declareFact(
  'referral.suspected',
  1,
  z.object({ suspicionId: z.int(), sign: z.enum(farmSigns) }),
);
