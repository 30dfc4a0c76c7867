import { z } from 'zod';
import { actionAt } from './action-rules.ts';
import { colour, jsonBytes, listOf } from './field-rules.ts';
import { blockBox, flexComponents, hero } from './flex-component-rules.ts';
import { variant } from './line-problem-rules.ts';

// "30 KB" and "50 KB" are read as the smaller of the two usual meanings.
const maxBubbleBytes = 30_000;
const maxCarouselBytes = 50_000;

const blockStyle = z.strictObject({
  backgroundColor: colour.optional(),
  separator: z.boolean().optional(),
  separatorColor: colour.optional(),
});

const styles = z.strictObject({
  header: blockStyle.optional(),
  hero: blockStyle.optional(),
  body: blockStyle.optional(),
  footer: blockStyle.optional(),
});

const bubbleFields = z.strictObject({
  type: z.literal('bubble'),
  size: z.enum(['nano', 'micro', 'deca', 'hecto', 'kilo', 'mega', 'giga']).optional(),
  direction: z.enum(['ltr', 'rtl']).optional(),
  header: blockBox.optional(),
  hero: hero.optional(),
  body: blockBox.optional(),
  footer: blockBox.optional(),
  styles: styles.optional(),
  action: actionAt('flex').optional(),
});

type Bubble = z.infer<typeof bubbleFields>;

const wideSizes = new Set(['kilo', 'mega', 'giga']);

const bubble = bubbleFields.superRefine((value, ctx) => {
  if (!value.header && !value.hero && !value.body && !value.footer) {
    ctx.addIssue({ code: 'custom', path: [], message: 'At least one block must be specified' });
  }
  if (hasVideo(value) && !wideSizes.has(value.size ?? 'mega')) {
    const message = 'A video needs a bubble of size kilo, mega or giga';
    ctx.addIssue({ code: 'custom', path: ['hero'], message });
  }
  if (jsonBytes(value) > maxBubbleBytes) {
    ctx.addIssue({ code: 'custom', path: [], message: 'A bubble may have at most 30 KB' });
  }
});

function hasVideo(value: Bubble): boolean {
  return (value.hero as { type?: unknown } | undefined)?.type === 'video';
}

const carouselFields = z.strictObject({
  type: z.literal('carousel'),
  contents: listOf(
    variant('type', () => ({ bubble })),
    1,
    12,
  ),
});

const carousel = carouselFields.superRefine((value, ctx) => {
  const bubbles = value.contents as Bubble[];
  const size = bubbles[0]?.size ?? 'mega';
  bubbles.forEach((each, at) => {
    if ((each.size ?? 'mega') !== size) {
      const message = 'All bubbles of a carousel must have the same size';
      ctx.addIssue({ code: 'custom', path: ['contents', at, 'size'], message });
    }
    if (hasVideo(each)) {
      const message = 'A video may not be in a carousel';
      ctx.addIssue({ code: 'custom', path: ['contents', at, 'hero'], message });
    }
  });
  if (jsonBytes(value) > maxCarouselBytes) {
    ctx.addIssue({ code: 'custom', path: [], message: 'A carousel may have at most 50 KB' });
  }
});

const maxAnimated = 10;

/** A Flex container as LINE accepts it: one bubble, or up to twelve of one size. */
export const flexContainer = variant('type', () => ({ bubble, carousel })).superRefine((value, ctx) => {
  if (countAnimated(value) > maxAnimated) {
    const message = `At most ${maxAnimated} images of a message may be animated`;
    ctx.addIssue({ code: 'custom', path: [], message });
  }
});

function countAnimated(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, child) => sum + countAnimated(child), 0);
  if (typeof node !== 'object' || node === null) return 0;
  const own = 'animated' in node && node.animated === true ? 1 : 0;
  return own + countAnimated(Object.values(node));
}

/** Each Flex object's properties, for whoever compares them with LINE's own description. */
export const flexObjects: Record<string, z.ZodObject> = {
  ...flexComponents,
  FlexBubble: bubbleFields,
  FlexCarousel: carouselFields,
  FlexBubbleStyles: styles,
  FlexBlockStyle: blockStyle,
};
