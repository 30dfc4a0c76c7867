import { z } from 'zod';
import { declarePolicy } from '#foundation/policy.ts';

/** How long people stay signed in, and what one person may not decide alone. */
export const staffPolicy = declarePolicy(
  'staff',
  z.object({
    /** Minutes without a request after which the console asks again. */
    consoleIdleMinutes: z.int().min(1).max(240),
    /** Hours after which it asks again whatever happened. */
    consoleHours: z.int().min(1).max(72),
    /** A shift: how long a PIN holds on a shared device, at most. */
    shiftHours: z.int().min(1).max(24),
    /** Minutes without a request after which a shared device locks itself. */
    deviceLockMinutes: z.int().min(1).max(60),
    invitationHours: z.int().min(1).max(72),
    approvalHours: z.int().min(1).max(240),
    /** A manual change of more points than this waits for a second person. */
    adjustPointsAbove: z.int().min(0),
    /** A campaign that tells more people than this waits for a second person. */
    campaignPeopleAbove: z.int().min(0).default(10_000),
  }),
);
