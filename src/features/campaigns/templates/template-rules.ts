import { z } from 'zod';
import { countGraphemes, type Locale, locales } from '#foundation/i18n.ts';

export const templateKey = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, '1 to 60 of a-z, 0-9, "_" and "-"');
export const shownName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'One line of plain text');

/** What a sentence may name of its reader; each is frozen when the campaign is planned, the name when it leaves. */
export const templateVariables = ['name', 'points', 'tier', 'pointsEnding', 'pointsEndOn'] as const;
export type TemplateVariable = (typeof templateVariables)[number];

/** One of LINE's five is kept for how to stop, which everybody's first marketing push says. */
const mostMessages = 4;
/** LINE takes 5,000 UTF-16 units; values and spaces around them need room. */
const longestText = 4_000;

const graphemes = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((text) => countGraphemes(text) <= most, `At most ${most} characters`);
const oneLine = (most: number) =>
  graphemes(most).refine(
    (text) => !/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u.test(text),
    'One line of plain text',
  );
const link = (protocol: RegExp) => z.url({ protocol }).max(1_000);

const button = z.strictObject({ label: oneLine(20), uri: link(/^(https|tel|line)$/) });

/** A message as a marketer writes it. */
const templateMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().trim().min(1).max(longestText) }),
  z.strictObject({
    type: z.literal('card'),
    /** A picture over the card, 20:13. */
    pictureUrl: link(/^https$/).optional(),
    title: oneLine(40),
    text: graphemes(500),
    buttons: z.array(button).max(3).default([]),
  }),
  /** The card of a coupon that members may claim, with its button. */
  z.strictObject({
    type: z.literal('coupon'),
    couponKey: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'A coupon key'),
  }),
]);
export type TemplateMessage = z.infer<typeof templateMessage>;

const messages = z.array(templateMessage).min(1).max(mostMessages);

const arm = z.strictObject({
  key: z.string().regex(/^[a-z0-9]{1,4}$/, '1 to 4 of a-z and 0-9'),
  weight: z.int().min(1).max(100).default(1),
  /** Whoever reads a language that has none gets those of zh-TW. */
  messages: z.strictObject({ 'zh-TW': messages, en: messages.optional(), ja: messages.optional() }),
});

/** What a version of a template says: one arm, or several that are tried against one another. */
export const templateContent = z
  .strictObject({
    arms: z.array(arm).min(1).max(8),
    /** Of a hundred people that could be told, so many are not, to see what telling is worth. */
    holdOutPercent: z.int().min(0).max(50).default(0),
  })
  .superRefine((content, context) => {
    const say = (path: (string | number)[], code: string, message: string) =>
      context.addIssue({ code: 'custom', path, message, params: { code } });
    for (const [at, { key }] of content.arms.entries()) {
      if (content.arms.findIndex((other) => other.key === key) < at)
        say(['arms', at, 'key'], 'exclusive', 'Each arm has a key of its own');
    }
    for (const { path, text } of listTexts(content)) {
      const strange = variablesIn(text).find((name) => !isVariable(name));
      if (strange !== undefined)
        say(path, 'unknown_variable', `There is no {${strange}}; there are ${templateVariables.join(', ')}`);
    }
  });
export type TemplateContent = z.infer<typeof templateContent>;
export type TemplateArm = TemplateContent['arms'][number];

const isVariable = (name: string): name is TemplateVariable =>
  (templateVariables as readonly string[]).includes(name);

const variablesIn = (text: string): string[] =>
  [...text.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name = '']) => name);

type Placed<Value> = { path: (string | number)[] } & Value;

function listMessages(content: Pick<TemplateContent, 'arms'>): Placed<{ message: TemplateMessage }>[] {
  return content.arms.flatMap((each, at) =>
    locales.flatMap((locale) =>
      (each.messages[locale] ?? []).map((message, nth) => ({
        path: ['arms', at, 'messages', locale, nth],
        message,
      })),
    ),
  );
}

function listTexts(content: Pick<TemplateContent, 'arms'>): Placed<{ text: string }>[] {
  return listMessages(content).flatMap(({ path, message }) => {
    if (message.type === 'coupon') return [];
    const text = { path: [...path, 'text'], text: message.text };
    return message.type === 'text' ? [text] : [{ path: [...path, 'title'], text: message.title }, text];
  });
}

/** The variables that any message of any arm names. */
export function variablesOf(content: TemplateContent): ReadonlySet<TemplateVariable> {
  return new Set(listTexts(content).flatMap(({ text }) => variablesIn(text).filter(isVariable)));
}

/** The coupons that a content shows, with the dotted path of the field that names each. */
export function couponsOf(content: TemplateContent): { path: string; couponKey: string }[] {
  return listMessages(content).flatMap(({ path, message }) =>
    message.type === 'coupon'
      ? [{ path: [...path, 'couponKey'].join('.'), couponKey: message.couponKey }]
      : [],
  );
}

/** What an arm says in a language. */
export const messagesOf = (of: TemplateArm, locale: Locale): readonly TemplateMessage[] =>
  of.messages[locale] ?? of.messages['zh-TW'];

/**
 * The arms with the points at which their shares of 10,000 draws begin, by weight.
 * @returns as many starts as keys, the first 0, none falling
 */
export function shareOut(arms: readonly Pick<TemplateArm, 'key' | 'weight'>[]): {
  keys: string[];
  starts: number[];
} {
  const total = arms.reduce((sum, each) => sum + each.weight, 0);
  let before = 0;
  const starts = arms.map(({ weight }) => {
    const start = Math.round((before / total) * 10_000);
    before += weight;
    return start;
  });
  return { keys: arms.map(({ key }) => key), starts };
}
