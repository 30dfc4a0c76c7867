import { z } from 'zod';
import { declarePolicy } from './policy.ts';

const clockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/);

/** Who the brand is and how it speaks; `name` null = the name that LINE knows the account by. */
export const brandPolicy = declarePolicy(
  'brand',
  z.object({
    name: z.string().min(1).max(20).nullable(),
    zone: z.string(),
    colour: z.string().regex(/^#[0-9A-Fa-f]{6}$/),
    address: z.enum(['formal', 'familiar']),
    emoji: z.enum(['few', 'off']),
    assistantName: z.string(),
    memberSiteUrl: z.url({ protocol: /^https$/ }).nullable(),
    privacyNoticeUrl: z.url({ protocol: /^https$/ }).nullable(),
    serviceHours: z.object({ from: clockTime, until: clockTime }),
    replyWithinMinutes: z.int().positive(),
    takeoverMinutes: z.int().positive(),
    freeText: z.enum(['always', 'every_12_hours', 'never']),
    acceptsForeignPhones: z.boolean(),
    welcomeCouponKey: z.string().nullable(),
  }),
);

export type BrandPolicy = z.infer<typeof brandPolicy.schema>;
