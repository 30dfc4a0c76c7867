import { z } from 'zod';

export const flowKeys = ['birthday', 'coupon_reminder', 'win_back', 'online_thanks'] as const;
export type FlowKey = (typeof flowKeys)[number];
/** Flows that the morning plans; the others follow what happened, at once. */
export type MorningFlow = Exclude<FlowKey, 'online_thanks'>;

/** The settings of each flow, as data of the brand. Days are calendar days in the brand's zone. */
export const flowSettings = {
  birthday: z.object({
    couponKey: z.string(),
    daysBefore: z.int().min(0).max(60),
    /** A birthday that is moved brings no second gift sooner than this. */
    minDaysBetween: z.int().min(0).max(366),
  }),
  coupon_reminder: z.object({ daysBefore: z.array(z.int().min(1).max(60)).min(1).max(4) }),
  win_back: z.object({
    /** NAPL's window. */
    windowDays: z.int().min(30).max(365),
    oneTimeCouponKey: z.string(),
    repeatCouponKey: z.string(),
    /** Points are named when they end within so many days. */
    pointsWithinDays: z.int().min(1).max(366),
  }),
  online_thanks: z.object({
    couponKey: z.string(),
    /** Thanks for the first purchase of all, or for every order on the internet. */
    purchases: z.enum(['first', 'every']),
  }),
} as const;

export type FlowSettings<Key extends FlowKey> = z.infer<(typeof flowSettings)[Key]>;

/** The wall-clock time at which a day's messages are due, and before which they are planned. */
export const morningTime = '09:00';

/** Why a planned entry came to nothing, or will not: kept with the entry and counted. */
export type Exclusion =
  | 'not_bound'
  | 'no_line'
  | 'not_following'
  | 'no_consent'
  | 'stopped'
  | 'capped'
  | 'no_offer';
