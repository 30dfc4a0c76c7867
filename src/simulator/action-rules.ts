import { z } from 'zod';
import { graphemes, linkUri, utf16 } from './field-rules.ts';
import { variant } from './line-problem-rules.ts';

/** Where an action stands decides which kinds are allowed and how long its label may be. */
export type ActionPlace =
  | 'template'
  | 'template-default'
  | 'image-carousel'
  | 'quick-reply'
  | 'flex-button'
  | 'flex'
  | 'flex-video'
  | 'rich-menu';

const labels: Record<ActionPlace, z.ZodType> = {
  template: graphemes(1, 20),
  'template-default': graphemes(0, 20).optional(),
  'image-carousel': graphemes(1, 12).optional(),
  'quick-reply': graphemes(1, 20),
  'flex-button': graphemes(1, 40),
  flex: graphemes(0, 40).optional(),
  'flex-video': graphemes(1, 40),
  'rich-menu': graphemes(0, 20).optional(),
};

const clockFormats = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  time: /^([01]\d|2[0-3]):[0-5]\d$/,
  datetime: /^\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d$/,
};

function isPickerValue(mode: keyof typeof clockFormats, value: string): boolean {
  if (!clockFormats[mode].test(value)) return false;
  if (mode === 'time') return true;
  const day = value.slice(0, 10);
  const parsed = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(parsed) || new Date(parsed).toISOString().slice(0, 10) !== day) return false;
  return day >= '1900-01-01' && day <= '2100-12-31';
}

function picker(label: z.ZodType): z.ZodType {
  return z
    .strictObject({
      type: z.literal('datetimepicker'),
      label,
      data: utf16(0, 300),
      mode: z.enum(['date', 'time', 'datetime']),
      initial: z.string().optional(),
      max: z.string().optional(),
      min: z.string().optional(),
    })
    .superRefine((action, ctx) => {
      for (const key of ['initial', 'max', 'min'] as const) {
        const value = action[key];
        if (value !== undefined && !isPickerValue(action.mode, value)) {
          ctx.addIssue({ code: 'custom', path: [key], message: `Must be a ${action.mode}` });
        }
      }
      const { min, initial, max } = action;
      if (min !== undefined && max !== undefined && min >= max) {
        ctx.addIssue({ code: 'custom', path: ['max'], message: 'Must be later than min' });
      }
      if (initial === undefined) return;
      if ((min !== undefined && initial < min) || (max !== undefined && initial > max)) {
        ctx.addIssue({ code: 'custom', path: ['initial'], message: 'Must lie between min and max' });
      }
    });
}

function postback(label: z.ZodType): z.ZodType {
  return z
    .strictObject({
      type: z.literal('postback'),
      label,
      data: utf16(0, 300),
      displayText: graphemes(1, 300).optional(),
      text: graphemes(1, 300).optional(),
      inputOption: z.enum(['closeRichMenu', 'openRichMenu', 'openKeyboard', 'openVoice']).optional(),
      fillInText: graphemes(1, 300).optional(),
    })
    .superRefine((action, ctx) => {
      if (action.text !== undefined && action.displayText !== undefined) {
        ctx.addIssue({ code: 'custom', path: ['text'], message: 'May not be used with displayText' });
      }
      if (action.fillInText !== undefined && action.inputOption !== 'openKeyboard') {
        const message = 'May be used only with inputOption openKeyboard';
        ctx.addIssue({ code: 'custom', path: ['fillInText'], message });
      }
    });
}

function tableFor(place: ActionPlace): Record<string, z.ZodType> {
  const label = labels[place];
  const uri = z.strictObject({
    type: z.literal('uri'),
    label,
    uri: linkUri,
    ...(place === 'quick-reply' ? {} : { altUri: z.strictObject({ desktop: linkUri }).optional() }),
  });
  if (place === 'flex-video') return { uri };
  const everywhere = {
    postback: postback(label),
    message: z.strictObject({ type: z.literal('message'), label, text: graphemes(1, 300) }),
    uri,
    datetimepicker: picker(label),
    clipboard: z.strictObject({ type: z.literal('clipboard'), label, clipboardText: utf16(1, 1000) }),
  };
  if (place === 'rich-menu') {
    const richmenuswitch = z.strictObject({
      type: z.literal('richmenuswitch'),
      label,
      richMenuAliasId: z.string().regex(/^[a-z0-9_-]{1,32}$/, 'Must match [a-z0-9_-]{1,32}'),
      data: utf16(0, 300),
    });
    return { ...everywhere, richmenuswitch };
  }
  if (place !== 'quick-reply') return everywhere;
  const bare = (type: string) => z.strictObject({ type: z.literal(type), label });
  return {
    ...everywhere,
    camera: bare('camera'),
    cameraRoll: bare('cameraRoll'),
    location: bare('location'),
  };
}

const tables = Object.fromEntries(
  (Object.keys(labels) as ActionPlace[]).map((place) => [place, tableFor(place)]),
) as Record<ActionPlace, Record<string, z.ZodType>>;

/** The kinds of action allowed at a place, each with its properties. */
export function actionTable(place: ActionPlace): Record<string, z.ZodType> {
  return tables[place];
}

/** An action as LINE accepts it at a place. */
export function actionAt(place: ActionPlace): z.ZodType {
  return variant('type', () => tables[place]);
}
