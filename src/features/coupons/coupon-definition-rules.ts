import { z } from 'zod';
import { dayText, instantText, moneyTwd } from '#foundation/http.ts';
import { countGraphemes } from '#foundation/i18n.ts';

const maxTitle = 20;
/** A button names the price, and labels have 20 signs. */
const maxPointsPrice = 1_000_000;
const word = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((text) => countGraphemes(text) <= max, `At most ${max} characters`)
    .refine(
      (text) => !/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u.test(text),
      'One line of plain text',
    );

/** A text per language; the others fall back to zh-TW. */
const words = z.strictObject({
  'zh-TW': word(maxTitle),
  en: word(40).optional(),
  ja: word(maxTitle).optional(),
});

const atLeastOne = <Item extends z.ZodType<string>>(item: Item) =>
  z
    .array(item)
    .min(1)
    .max(50)
    .refine((items) => new Set(items).size === items.length, 'Each only once')
    .nullish();

const reward = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('amount_off'), amountTwd: moneyTwd.min(1) }),
  z.strictObject({
    kind: z.literal('percent_off'),
    percent: z.int().min(1).max(99),
    maxTwd: moneyTwd.min(1).nullish(),
  }),
  z.strictObject({ kind: z.literal('gift'), name: words }),
  z.strictObject({ kind: z.literal('free_shipping') }),
]);

/** A coupon as a brand defines it. Money is whole NT$, days are inclusive and count in the brand's zone. */
export const couponDefinition = z
  .strictObject({
    key: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, '1 to 60 of a-z, 0-9, "_" and "-"'),
    title: words,
    reward,
    minSpendTwd: moneyTwd.default(0),
    storeCodes: atLeastOne(z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, 'A store code')),
    categories: atLeastOne(z.string().trim().min(1).max(60)),
    channels: atLeastOne(z.enum(['store', 'online'])),
    tierKeys: atLeastOne(z.string().min(1).max(60)),
    /** Whose members alone may claim it; any one of them is enough. */
    audienceKeys: atLeastOne(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'An audience key')),
    /** Members may claim it in the chat; otherwise only rules and flows give it. */
    isClaimable: z.boolean(),
    /** Points that a claim costs; what rules and flows give is free. */
    pointsPrice: z.int().min(1).max(maxPointsPrice).nullish(),
    claimFrom: instantText.nullish(),
    /** The first moment at which it can no longer be claimed. */
    claimUntil: instantText.nullish(),
    /** Days for which it can be used after the day of the claim. */
    validDays: z.int().min(1).max(3_650).nullish(),
    /** The last day on which it can be used. */
    validUntil: dayText.nullish(),
    quota: z.int().min(0).max(100_000_000).nullish(),
    perMember: z.int().min(1).max(100_000).default(1),
  })
  .superRefine((coupon, context) => {
    const say = (path: string, code: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code } });
    const { claimFrom, claimUntil, validDays, validUntil } = coupon;
    if (claimFrom && claimUntil && Date.parse(claimFrom) >= Date.parse(claimUntil)) {
      say('claimUntil', 'before_start', 'Must lie after claimFrom');
    }
    if ((validDays ?? null) === null && (validUntil ?? null) === null) {
      say('validDays', 'required', 'Give either validDays or validUntil');
    }
    if ((validDays ?? null) !== null && (validUntil ?? null) !== null) {
      say('validUntil', 'exclusive', 'Give either validDays or validUntil, not both');
    }
    const { reward: gives, channels } = coupon;
    if (gives.kind === 'free_shipping' && channels?.includes('store')) {
      say('channels', 'no_shipping', 'Free shipping is for the channel "online" only');
    }
    if (gives.kind === 'amount_off' && coupon.minSpendTwd > 0 && gives.amountTwd > coupon.minSpendTwd) {
      say('reward.amountTwd', 'exceeds_min_spend', 'Takes off more than minSpendTwd asks for');
    }
    if ((coupon.pointsPrice ?? null) !== null && !coupon.isClaimable) {
      say('pointsPrice', 'not_claimable', 'Only coupons that members claim can cost points');
    }
    for (const field of ['claimFrom', 'claimUntil', 'audienceKeys'] as const) {
      if (coupon[field] && !coupon.isClaimable)
        say(field, 'not_claimable', 'Only for coupons that members claim');
    }
  });

export type CouponDefinition = z.infer<typeof couponDefinition>;
