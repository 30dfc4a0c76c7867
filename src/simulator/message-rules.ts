import { z } from 'zod';
import { actionAt } from './action-rules.ts';
import { httpsUrl, listOf, userIdPattern, utf16, whole } from './field-rules.ts';
import { flexContainer } from './flex-rules.ts';
import { variant } from './line-problem-rules.ts';
import { imagemapFields, template } from './template-rules.ts';

const quickReply = z.strictObject({
  items: listOf(
    z.strictObject({
      type: z.literal('action'),
      imageUrl: httpsUrl.optional(),
      action: actionAt('quick-reply'),
    }),
    1,
    13,
  ),
});

const sender = z.strictObject({
  // LINE lets nobody speak in its own name.
  name: utf16(1, 20)
    .refine((name) => !/line/i.test(name.normalize('NFKC')), 'Must not contain the word LINE')
    .optional(),
  iconUrl: httpsUrl.optional(),
});

const common = { quickReply: quickReply.optional(), sender: sender.optional() };
const altText = utf16(1, 1500);
const quoteToken = z.string().min(1, 'May not be empty').optional();
const lineId = z.string().regex(/^\d+$/, 'Must be digits');

const textFields = z.strictObject({
  type: z.literal('text'),
  text: utf16(1, 5000),
  emojis: listOf(
    z.strictObject({ index: whole(0, 5000), productId: utf16(1, 100), emojiId: utf16(1, 100) }),
    0,
    20,
  ).optional(),
  quoteToken,
  ...common,
});

const text = textFields.superRefine((value, ctx) => {
  value.emojis?.forEach((emoji, at) => {
    if (value.text[emoji.index] !== '$') {
      const message = 'Must point to a $ in text';
      ctx.addIssue({ code: 'custom', path: ['emojis', at, 'index'], message });
    }
  });
});

const mentionee = variant('type', () => ({
  user: z.strictObject({ type: z.literal('user'), userId: z.string().regex(userIdPattern) }),
  all: z.strictObject({ type: z.literal('all') }),
}));

const substitution = variant('type', () => ({
  mention: z.strictObject({ type: z.literal('mention'), mentionee }),
  emoji: z.strictObject({
    type: z.literal('emoji'),
    productId: utf16(1, 100),
    emojiId: utf16(1, 100),
  }),
}));

const textV2Fields = z.strictObject({
  type: z.literal('textV2'),
  text: utf16(1, 5000),
  substitution: z.record(z.string(), substitution).optional(),
  quoteToken,
  ...common,
});

const textV2 = textV2Fields.superRefine((value, ctx) => {
  const keys = Object.keys(value.substitution ?? {});
  const problem = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
  if (keys.length > 100) problem(['substitution'], 'Size must be between 0 and 100');
  for (const key of keys) {
    if (!/^[0-9a-zA-Z_]{1,20}$/.test(key)) problem(['substitution', key], 'Must match [0-9a-zA-Z_]{1,20}');
  }
  // `{{` and `}}` are escaped braces; what is left must be {key} with a known key.
  const bare = value.text.replaceAll('{{', '').replaceAll('}}', '');
  const unmatched = bare.replaceAll(/\{([0-9a-zA-Z_]{1,20})\}/g, (whole, key: string) =>
    keys.includes(key) ? '' : whole,
  );
  if (/[{}]/.test(unmatched)) problem(['text'], 'Every brace must be escaped or name a substitution');
});

const tables: Record<string, z.ZodType> = {
  text,
  textV2,
  image: z.strictObject({
    type: z.literal('image'),
    originalContentUrl: httpsUrl,
    previewImageUrl: httpsUrl,
    ...common,
  }),
  video: z.strictObject({
    type: z.literal('video'),
    originalContentUrl: httpsUrl,
    previewImageUrl: httpsUrl,
    trackingId: utf16(1, 100).optional(),
    ...common,
  }),
  audio: z.strictObject({
    type: z.literal('audio'),
    originalContentUrl: httpsUrl,
    duration: whole(1, Number.MAX_SAFE_INTEGER),
    ...common,
  }),
  location: z.strictObject({
    type: z.literal('location'),
    title: utf16(1, 100),
    address: utf16(1, 100),
    latitude: z.number().min(-90, 'Must be between -90 and 90').max(90, 'Must be between -90 and 90'),
    longitude: z.number().min(-180, 'Must be between -180 and 180').max(180, 'Must be between -180 and 180'),
    ...common,
  }),
  sticker: z.strictObject({
    type: z.literal('sticker'),
    packageId: lineId,
    stickerId: lineId,
    quoteToken,
    ...common,
  }),
  imagemap: z.strictObject({ type: z.literal('imagemap'), ...imagemapFields, ...common }),
  template: z.strictObject({ type: z.literal('template'), altText, template, ...common }),
  flex: z.strictObject({ type: z.literal('flex'), altText, contents: flexContainer, ...common }),
  coupon: z.strictObject({
    type: z.literal('coupon'),
    couponId: utf16(1, 100),
    deliveryTag: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,30}$/, 'Must match [A-Za-z0-9_]{1,30}')
      .optional(),
    ...common,
  }),
};

/** Any message object that LINE accepts. */
export const message = variant('type', () => tables);

/** One to five message objects. */
export const messages = listOf(message, 1, 5);

/** Each message's properties, for whoever compares them with LINE's own description. */
export const messageObjects: Record<string, z.ZodType> = {
  ...tables,
  text: textFields,
  textV2: textV2Fields,
};
