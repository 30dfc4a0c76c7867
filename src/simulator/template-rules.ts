import { z } from 'zod';
import { actionAt } from './action-rules.ts';
import { graphemes, httpsUrl, listOf, opaqueColour, utf16, whole } from './field-rules.ts';
import { variant } from './line-problem-rules.ts';

const picture = {
  imageAspectRatio: z.enum(['rectangle', 'square']).optional(),
  imageSize: z.enum(['cover', 'contain']).optional(),
};

const card = {
  thumbnailImageUrl: httpsUrl.optional(),
  imageBackgroundColor: opaqueColour.optional(),
  title: graphemes(1, 40).optional(),
  defaultAction: actionAt('template-default').optional(),
};

const textRoom = (value: { thumbnailImageUrl?: string; title?: string }, alone: number) =>
  value.thumbnailImageUrl === undefined && value.title === undefined ? alone : 60;

const buttonsFields = z.strictObject({
  type: z.literal('buttons'),
  ...card,
  ...picture,
  text: graphemes(1, 160),
  actions: listOf(actionAt('template'), 1, 4),
});

const buttons = buttonsFields.superRefine((value, ctx) => {
  const room = textRoom(value, 160);
  if (graphemes(1, room).safeParse(value.text).success) return;
  ctx.addIssue({ code: 'custom', path: ['text'], message: `Length must be between 1 and ${room}` });
});

const confirm = z.strictObject({
  type: z.literal('confirm'),
  text: graphemes(1, 240),
  actions: listOf(actionAt('template'), 2, 2),
});

const column = z.strictObject({
  ...card,
  text: graphemes(1, 120),
  actions: listOf(actionAt('template'), 1, 3),
});

const carouselFields = z.strictObject({
  type: z.literal('carousel'),
  ...picture,
  columns: listOf(column, 1, 10),
});

const carousel = carouselFields.superRefine((value, ctx) => {
  const first = value.columns[0];
  value.columns.forEach((each, at) => {
    const problem = (key: string, message: string) =>
      ctx.addIssue({ code: 'custom', path: ['columns', at, key], message });
    const room = textRoom(each, 120);
    if (!graphemes(1, room).safeParse(each.text).success) {
      problem('text', `Length must be between 1 and ${room}`);
    }
    if (each.actions.length !== first?.actions.length) {
      problem('actions', 'All columns must have the same number of actions');
    }
    if ((each.title === undefined) !== (first?.title === undefined)) {
      problem('title', 'All columns must have a title, or none');
    }
    if ((each.thumbnailImageUrl === undefined) !== (first?.thumbnailImageUrl === undefined)) {
      problem('thumbnailImageUrl', 'All columns must have an image, or none');
    }
  });
});

const imageColumn = z.strictObject({ imageUrl: httpsUrl, action: actionAt('image-carousel') });
const imageCarousel = z.strictObject({
  type: z.literal('image_carousel'),
  columns: listOf(imageColumn, 1, 10),
});

/** The four kinds of template. */
export const template = variant('type', () => ({
  buttons,
  confirm,
  carousel,
  image_carousel: imageCarousel,
}));

const pixels = whole(0, 2147483647);
const area = z.strictObject({ x: pixels, y: pixels, width: pixels, height: pixels });
const mapLabel = graphemes(0, 50).optional();

const mapAction = variant('type', () => ({
  uri: z.strictObject({ type: z.literal('uri'), linkUri: utf16(1, 1000), area, label: mapLabel }),
  message: z.strictObject({ type: z.literal('message'), text: utf16(1, 400), area, label: mapLabel }),
  clipboard: z.strictObject({
    type: z.literal('clipboard'),
    clipboardText: utf16(1, 1000),
    area,
    label: mapLabel,
  }),
}));

/** What an imagemap has besides what every message has. LINE fetches the picture in five widths. */
export const imagemapFields = {
  baseUrl: httpsUrl,
  altText: utf16(1, 1500),
  baseSize: z.strictObject({ width: whole(1040, 1040), height: whole(1, 2147483647) }),
  actions: listOf(mapAction, 0, 50),
  video: z
    .strictObject({
      originalContentUrl: httpsUrl,
      previewImageUrl: httpsUrl,
      area,
      externalLink: z.strictObject({ linkUri: utf16(1, 1000), label: graphemes(1, 30) }).optional(),
    })
    .optional(),
};

/** Each template's properties, for whoever compares them with LINE's own description. */
export const templateObjects: Record<string, z.ZodObject> = {
  ButtonsTemplate: buttonsFields,
  ConfirmTemplate: confirm,
  CarouselTemplate: carouselFields,
  CarouselColumn: column,
  ImageCarouselTemplate: imageCarousel,
  ImageCarouselColumn: imageColumn,
};
