import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

/** Someone sent a member's invitation code; the fact is of the one who was invited. */
export const referralReceived = declareFact('referral.received', 1, z.object({ inviterId: z.int() }));

/** The invited person bound in time. */
export const referralBound = declareFact('referral.bound', 1, z.object({ inviterId: z.int() }));

/** Both got their coupon; one fact for each of them. */
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
