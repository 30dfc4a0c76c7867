import { z } from 'zod';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a reader would call characters: an emoji with its skin tone is one. */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** LINE counts most texts in UTF-16 code units, as JavaScript's `length` does. */
export function utf16(min: number, max: number): z.ZodType<string> {
  return z
    .string()
    .refine((text) => text.length >= min, 'May not be empty')
    .refine((text) => text.length <= max, `Length must be between ${min} and ${max}`);
}

/** Labels, display texts and template texts are counted in grapheme clusters. */
export function graphemes(min: number, max: number): z.ZodType<string> {
  return z
    .string()
    .refine((text) => text.length >= min, 'May not be empty')
    .refine(
      (text) => text.length <= max || countGraphemes(text) <= max,
      `Length must be between ${min} and ${max}`,
    );
}

/** Pictures, videos and icons: https, percent-encoded, at most 2,000 characters. */
export const httpsUrl = utf16(1, 2000).refine(
  (url) => /^https:\/\/[\x21-\x7e]+$/.test(url) && URL.canParse(url),
  'Must be a percent-encoded https URL',
);

const linkPattern = /^(?:https?:\/\/|line:\/\/|tel:)[\x21-\x7e]+$/;

/** What a tap may open: http, https, line and tel, at most 1,000 characters. */
export const linkUri = utf16(1, 1000).refine(
  (uri) => linkPattern.test(uri) && (!uri.startsWith('http') || URL.canParse(uri)),
  'Invalid uri: the scheme must be http, https, line or tel, percent-encoded',
);

export const colour = z
  .string()
  .regex(/^#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/, 'Must be #RRGGBB or #RRGGBBAA');
export const opaqueColour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'Must be #RRGGBB');

/** A whole number in a closed range. */
export function whole(min: number, max: number): z.ZodType<number> {
  return z
    .number()
    .refine(
      (value) => Number.isInteger(value) && value >= min && value <= max,
      `Must be a whole number between ${min} and ${max}`,
    );
}

/** An array whose size LINE limits. */
export function listOf<T>(item: z.ZodType<T>, min: number, max: number): z.ZodType<T[]> {
  const message = `Size must be between ${min} and ${max}`;
  return z.array(item).min(min, message).max(max, message);
}

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/** LINE's user, group and room ids. */
export const userIdPattern = /^U[0-9a-f]{32}$/;
export const chatIdPattern = /^[UCR][0-9a-f]{32}$/;
