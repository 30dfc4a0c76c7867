import { z } from 'zod';
import type { Offer } from './coupon-reads.ts';

const words = z.object({ 'zh-TW': z.string(), en: z.string(), ja: z.string() });

/** What a coupon takes off and asks for, as the API tells it: all that a till needs to work out the discount. */
export const couponWorth = z.object({
  reward: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('amount_off'), amountTwd: z.number() }),
    z.object({ kind: z.literal('percent_off'), percent: z.number(), maxTwd: z.number().nullable() }),
    z.object({ kind: z.literal('gift'), name: words }),
    z.object({ kind: z.literal('free_shipping') }),
  ]),
  minSpendTwd: z.number(),
  storeCodes: z.array(z.string()).nullable(),
  categories: z.array(z.string()).nullable(),
  channels: z.array(z.string()).nullable(),
});

export function toCouponWorth(offer: Offer): z.infer<typeof couponWorth> {
  const { reward, minSpendTwd, storeCodes, categories, channels } = offer;
  return {
    reward,
    minSpendTwd,
    storeCodes: storeCodes && [...storeCodes],
    categories: categories && [...categories],
    channels: channels && [...channels],
  };
}
