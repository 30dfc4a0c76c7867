import { z } from 'zod';
import { actionAt } from './action-rules.ts';
import { colour, httpsUrl, whole } from './field-rules.ts';
import { variant } from './line-problem-rules.ts';

const sevenSteps = 'none|xs|sm|md|lg|xl|xxl';
const fontSteps = 'xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl';
const px = String.raw`\d+(?:\.\d+)?px`;
const percent = String.raw`\d+(?:\.\d+)?%`;

function measure(...forms: string[]): z.ZodType {
  const allowed = forms.join('|').replaceAll(px, '<n>px').replaceAll(percent, '<n>%').replaceAll('|', ', ');
  return z
    .string()
    .regex(new RegExp(`^(?:${forms.join('|')})$`), `Must be one of: ${allowed}`)
    .optional();
}

const flag = z.boolean().optional();
const flex = whole(0, 2147483647).optional();
const margin = measure(px, sevenSteps);
const length = measure(px, percent);
const padding = measure(px, percent, sevenSteps);
// Offsets alone may be negative: a badge may hang over the edge of its box.
const offset = measure(`-?${px}`, `-?${percent}`, sevenSteps);
const fontSize = measure(px, fontSteps);
const gravity = z.enum(['top', 'bottom', 'center']).optional();
const align = z.enum(['start', 'end', 'center']).optional();
const adjustMode = z.literal('shrink-to-fit').optional();

const place = {
  margin,
  position: z.enum(['relative', 'absolute']).optional(),
  offsetTop: offset,
  offsetBottom: offset,
  offsetStart: offset,
  offsetEnd: offset,
};

const letters = {
  size: fontSize,
  color: colour.optional(),
  weight: z.enum(['regular', 'bold']).optional(),
  style: z.enum(['normal', 'italic']).optional(),
  decoration: z.enum(['none', 'underline', 'line-through']).optional(),
};

/** width:height, each 1 to 100000, and no taller than three times the width. */
export const aspectRatio = z.string().refine((ratio) => {
  const parts = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(ratio);
  const [width, height] = [Number(parts?.[1]), Number(parts?.[2])];
  return width >= 1 && width <= 100000 && height >= 1 && height <= 100000 && height <= width * 3;
}, 'Must be {width}:{height}, 1 to 100000, height at most three times the width');

const degrees = /^(?:\d{1,2}|[12]\d{2}|3[0-5]\d)(?:\.\d+)?deg$/;

const background = z.strictObject({
  type: z.literal('linearGradient'),
  angle: z.string().regex(degrees, 'Must be 0deg to 359.99deg'),
  startColor: colour,
  endColor: colour,
  centerColor: colour.optional(),
  centerPosition: z
    .string()
    .regex(/^(?:100|\d{1,2})(?:\.\d+)?%$/, 'Must be 0% to 100%')
    .optional(),
});

function boxOf(layout: 'horizontal' | 'vertical' | 'baseline'): z.ZodObject {
  return z.strictObject({
    type: z.literal('box'),
    layout: z.literal(layout),
    contents: z.array(variant('type', () => childrenOf[layout])),
    flex,
    spacing: margin,
    ...place,
    backgroundColor: colour.optional(),
    borderColor: colour.optional(),
    borderWidth: measure(px, 'none|light|normal|medium|semi-bold|bold'),
    cornerRadius: measure(px, sevenSteps),
    width: length,
    maxWidth: length,
    height: length,
    maxHeight: length,
    paddingAll: padding,
    paddingTop: padding,
    paddingBottom: padding,
    paddingStart: padding,
    paddingEnd: padding,
    action: actionAt('flex').optional(),
    justifyContent: z
      .enum(['center', 'flex-start', 'flex-end', 'space-between', 'space-around', 'space-evenly'])
      .optional(),
    alignItems: z.enum(['center', 'flex-start', 'flex-end']).optional(),
    background: background.optional(),
  });
}

const boxes = {
  horizontal: boxOf('horizontal'),
  vertical: boxOf('vertical'),
  baseline: boxOf('baseline'),
};

/** A box of any layout. */
export const flexBox = variant('layout', () => boxes);

/** A block (header, body, footer) must be a box. */
export const blockBox = variant('type', () => ({ box: flexBox }));

const words = z.string().refine((text) => text !== '', 'Must be non-empty text');

const span = z.strictObject({ type: z.literal('span'), text: words, ...letters });

const textFields = z.strictObject({
  type: z.literal('text'),
  text: words.optional(),
  contents: z
    .array(variant('type', () => ({ span })))
    .min(1, 'May not be empty')
    .optional(),
  flex,
  ...place,
  ...letters,
  align,
  gravity,
  wrap: flag,
  lineSpacing: measure(px),
  maxLines: whole(0, 2147483647).optional(),
  action: actionAt('flex').optional(),
  adjustMode,
  scaling: flag,
});
const text = textFields.refine((value) => value.text !== undefined || value.contents !== undefined, {
  path: ['text'],
  message: 'Must be non-empty text',
});

const button = z.strictObject({
  type: z.literal('button'),
  action: actionAt('flex-button'),
  flex,
  ...place,
  color: colour.optional(),
  style: z.enum(['primary', 'secondary', 'link']).optional(),
  gravity,
  height: z.enum(['md', 'sm']).optional(),
  adjustMode,
  scaling: flag,
});

const image = z.strictObject({
  type: z.literal('image'),
  url: httpsUrl,
  flex,
  ...place,
  align,
  gravity,
  size: measure(px, percent, fontSteps, 'full'),
  aspectRatio: aspectRatio.optional(),
  aspectMode: z.enum(['fit', 'cover']).optional(),
  backgroundColor: colour.optional(),
  action: actionAt('flex').optional(),
  animated: flag,
});

const icon = z.strictObject({
  type: z.literal('icon'),
  url: httpsUrl,
  size: fontSize,
  aspectRatio: aspectRatio.optional(),
  ...place,
  scaling: flag,
});

const separator = z.strictObject({ type: z.literal('separator'), margin, color: colour.optional() });
const filler = z.strictObject({ type: z.literal('filler'), flex });

const video = z.strictObject({
  type: z.literal('video'),
  url: httpsUrl,
  previewUrl: httpsUrl,
  altContent: variant('type', () => ({ box: flexBox, image })),
  aspectRatio: aspectRatio.optional(),
  action: actionAt('flex-video').optional(),
});

const inBox = { box: flexBox, button, image, text, separator, filler };
const childrenOf: Record<'horizontal' | 'vertical' | 'baseline', Record<string, z.ZodType>> = {
  horizontal: inBox,
  vertical: inBox,
  // An icon stands only on a base line, and nothing but words and space stands beside it.
  baseline: { icon, text, filler },
};

/** What may stand in `hero`. */
export const hero = variant('type', () => ({ box: flexBox, image, video }));

/** Each component's properties, for whoever compares them with LINE's own description. */
export const flexComponents: Record<string, z.ZodObject> = {
  FlexBox: boxes.vertical,
  FlexButton: button,
  FlexImage: image,
  FlexVideo: video,
  FlexIcon: icon,
  FlexText: textFields,
  FlexSpan: span,
  FlexSeparator: separator,
  FlexFiller: filler,
  FlexBoxLinearGradient: background,
};
