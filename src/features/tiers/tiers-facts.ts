import { z } from 'zod';
import { declareFact } from '#foundation/facts.ts';

/** A member's tier changed: risen on a purchase, withdrawn at its return, fallen at review, or imported. */
export const tierChanged = declareFact(
  'tier.changed',
  1,
  z.object({
    from: z.string(),
    to: z.string(),
    reason: z.enum(['risen', 'withdrawn', 'fallen']),
    netTwd: z.int(),
    policyVersion: z.int(),
  }),
);
