import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { actionTable } from '#simulator/action-rules.ts';
import { flexObjects } from '#simulator/flex-rules.ts';
import { findProblems } from '#simulator/line-problem-rules.ts';
import { message, messageObjects, messages } from '#simulator/message-rules.ts';
import { templateObjects } from '#simulator/template-rules.ts';

const family = '👨‍👩‍👧‍👦';
const x = (count: number) => 'x'.repeat(count);
const words = { type: 'text', text: 'Hello' };
const say = { type: 'message', label: 'Yes', text: 'Yes' };
const picture = 'https://example.com/a.png';
const quick = (action: unknown, count = 1) => ({
  ...words,
  quickReply: { items: Array.from({ length: count }, () => ({ type: 'action', action })) },
});
const buttons = (more: object) => ({
  type: 'template',
  altText: 'Buttons',
  template: { type: 'buttons', text: 'Choose', actions: [say], ...more },
});
const columns = (list: object[]) => ({
  type: 'template',
  altText: 'Columns',
  template: { type: 'carousel', columns: list },
});
const column = { text: 'One', actions: [say] };
const pick = (more: object) =>
  quick({ type: 'datetimepicker', label: 'Day', data: 'd', mode: 'date', ...more });
const place = { type: 'location', title: 'Shop', address: 'Taipei', latitude: 25, longitude: 121 };
const map = {
  type: 'imagemap',
  baseUrl: 'https://example.com/map',
  altText: 'Map',
  baseSize: { width: 1040, height: 700 },
  actions: [{ type: 'message', text: 'a', area: { x: 0, y: 0, width: 10, height: 10 } }],
};

const refused: [string, unknown, string][] = [
  ['no type', { text: 'a' }, 'type'],
  ['an unknown type', { type: 'poll' }, 'type'],
  ['nothing at all', null, ''],
  ['an unknown property', { ...words, bold: true }, 'bold'],
  ['a text of nothing', { ...words, text: '' }, 'text'],
  ['a text of 5,001 code units', { ...words, text: x(5001) }, 'text'],
  ['a text of 2,501 emoji, two code units each', { ...words, text: '😀'.repeat(2501) }, 'text'],
  [
    'an emoji beside its $',
    { ...words, emojis: [{ index: 0, productId: 'a', emojiId: '1' }] },
    'emojis[0].index',
  ],
  ['a brace without a substitution', { type: 'textV2', text: 'Hi {name}' }, 'text'],
  [
    'a bad substitution key',
    { type: 'textV2', text: 'Hi', substitution: { 'a-b': { type: 'emoji', productId: 'a', emojiId: 'b' } } },
    'substitution.a-b',
  ],
  [
    'an http picture',
    { type: 'image', originalContentUrl: 'http://a.b/c', previewImageUrl: picture },
    'originalContentUrl',
  ],
  ['a picture without preview', { type: 'image', originalContentUrl: picture }, 'previewImageUrl'],
  [
    'an address of 2,001 characters',
    { type: 'image', originalContentUrl: picture, previewImageUrl: `https://a.b/${x(1990)}` },
    'previewImageUrl',
  ],
  [
    'a tracking id of 101',
    { type: 'video', originalContentUrl: picture, previewImageUrl: picture, trackingId: x(101) },
    'trackingId',
  ],
  ['a sound of no length', { type: 'audio', originalContentUrl: picture, duration: 0 }, 'duration'],
  ['a place beyond the pole', { ...place, latitude: 91 }, 'latitude'],
  ['a place name of 101', { ...place, title: x(101) }, 'title'],
  ['a sticker by name', { type: 'sticker', packageId: 'cat', stickerId: '1' }, 'packageId'],
  ['an imagemap of another width', { ...map, baseSize: { width: 1000, height: 700 } }, 'baseSize.width'],
  ['an alternative text of 1,501', { ...map, altText: x(1501) }, 'altText'],
  ['no alternative text', { type: 'flex', contents: { type: 'bubble' } }, 'altText'],
  ['a delivery tag with a space', { type: 'coupon', couponId: 'a', deliveryTag: 'a b' }, 'deliveryTag'],
  ['fourteen quick replies', quick(say, 14), 'quickReply.items'],
  ['no quick reply', quick(say, 0), 'quickReply.items'],
  ['a quick reply without label', quick({ type: 'message', text: 'a' }), 'quickReply.items[0].action.label'],
  ['a quick reply label of 21', quick({ ...say, label: x(21) }), 'quickReply.items[0].action.label'],
  [
    'a menu switch as quick reply',
    quick({ type: 'richmenuswitch', label: 'a', richMenuAliasId: 'a', data: 'a' }),
    'quickReply.items[0].action.type',
  ],
  [
    'another desktop address on a quick reply',
    quick({ type: 'uri', label: 'a', uri: picture, altUri: { desktop: picture } }),
    'quickReply.items[0].action.altUri',
  ],
  [
    'postback data of 301',
    quick({ type: 'postback', label: 'a', data: x(301) }),
    'quickReply.items[0].action.data',
  ],
  [
    'a postback that shows and says',
    quick({ type: 'postback', label: 'a', data: 'a', text: 'a', displayText: 'a' }),
    'quickReply.items[0].action.text',
  ],
  [
    'a filled keyboard that does not open',
    quick({ type: 'postback', label: 'a', data: 'a', fillInText: 'a' }),
    'quickReply.items[0].action.fillInText',
  ],
  ['a day that no calendar has', pick({ initial: '2026-02-30' }), 'quickReply.items[0].action.initial'],
  ['a time for a day', pick({ min: '10:00' }), 'quickReply.items[0].action.min'],
  ['a day before 1900', pick({ min: '1899-12-31' }), 'quickReply.items[0].action.min'],
  [
    'an end before the start',
    pick({ min: '2026-02-02', max: '2026-02-01' }),
    'quickReply.items[0].action.max',
  ],
  [
    'a start outside its range',
    pick({ initial: '2026-01-01', min: '2026-02-02' }),
    'quickReply.items[0].action.initial',
  ],
  [
    '1,001 characters for the clipboard',
    quick({ type: 'clipboard', label: 'a', clipboardText: x(1001) }),
    'quickReply.items[0].action.clipboardText',
  ],
  ['a message action of 301', quick({ ...say, text: x(301) }), 'quickReply.items[0].action.text'],
  ['a sender of 21', { ...words, sender: { name: x(21) } }, 'sender.name'],
  ["a sender with LINE's name", { ...words, sender: { name: 'ＬＩＮＥ Taiwan' } }, 'sender.name'],
  [
    'a camera button in a template',
    buttons({ actions: [{ type: 'camera', label: 'a' }] }),
    'template.actions[0].type',
  ],
  ['five buttons', buttons({ actions: [say, say, say, say, say] }), 'template.actions'],
  ['a template label of 21', buttons({ actions: [{ ...say, label: x(21) }] }), 'template.actions[0].label'],
  ['61 characters under a title', buttons({ title: 'a', text: x(61) }), 'template.text'],
  ['161 characters', buttons({ text: x(161) }), 'template.text'],
  ['a picture background by name', buttons({ imageBackgroundColor: 'red' }), 'template.imageBackgroundColor'],
  [
    'one answer to confirm',
    { type: 'template', altText: 'a', template: { type: 'confirm', text: 'a', actions: [say] } },
    'template.actions',
  ],
  ['eleven columns', columns(Array.from({ length: 11 }, () => column)), 'template.columns'],
  [
    'columns with other numbers of actions',
    columns([column, { ...column, actions: [say, say] }]),
    'template.columns[1].actions',
  ],
  [
    'a column with a title beside one without',
    columns([column, { ...column, title: 'a' }]),
    'template.columns[1].title',
  ],
  [
    '61 characters in a column with a picture',
    columns([{ ...column, thumbnailImageUrl: picture, text: x(61) }]),
    'template.columns[0].text',
  ],
  [
    'an image-carousel label of 13',
    {
      type: 'template',
      altText: 'a',
      template: {
        type: 'image_carousel',
        columns: [{ imageUrl: picture, action: { ...say, label: x(13) } }],
      },
    },
    'template.columns[0].action.label',
  ],
];

describe('a message that LINE refuses', () => {
  it.each(refused)('names the property: %s', (_name, value, property) => {
    expect(findProblems(message, value).map((problem) => problem.property)).toContain(property);
  });

  it('is one of a list that is empty or longer than five', () => {
    expect(findProblems(messages, [])).toEqual([{ message: 'Size must be between 1 and 5', property: '' }]);
    expect(
      findProblems(
        messages,
        Array.from({ length: 6 }, () => words),
      ),
    ).toHaveLength(1);
  });
});

describe('a message that LINE takes', () => {
  const taken: [string, unknown][] = [
    ['a text of 5,000 code units', { ...words, text: x(5000) }],
    ['an emoji on its $', { ...words, text: 'a$', emojis: [{ index: 1, productId: 'a', emojiId: '1' }] }],
    [
      'escaped braces',
      {
        type: 'textV2',
        text: 'Hi {name} {{x}}',
        substitution: { name: { type: 'emoji', productId: 'a', emojiId: 'b' } },
      },
    ],
    ['a label of 20 families, 11 code units each', quick({ ...say, label: family.repeat(20) })],
    ['thirteen quick replies', quick(say, 13)],
    ['a camera as quick reply', quick({ type: 'camera', label: 'Photo' })],
    ['a picker with its range', pick({ initial: '2000-02-29', min: '1900-01-01', max: '2100-12-31' })],
    ['a telephone number', quick({ type: 'uri', label: 'Call', uri: 'tel:+886212345678' })],
    ['a link into LINE', quick({ type: 'uri', label: 'Chat', uri: 'line://ti/p/@shop' })],
    ['160 characters alone', buttons({ text: x(160) })],
    ['60 characters under a picture', buttons({ text: x(60), thumbnailImageUrl: picture })],
    ['an imagemap', map],
    ['a place', place],
    ['a sticker', { type: 'sticker', packageId: '446', stickerId: '1988' }],
    ['a named sender', { ...words, sender: { name: 'Shop assistant', iconUrl: picture } }],
  ];

  it.each(taken)('has no problem: %s', (_name, value) => {
    expect(findProblems(message, value)).toEqual([]);
  });

  it('is never anything but an answer, whatever comes in', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const problems = findProblems(messages, [value]);
        expect(problems.every((problem) => problem.property.startsWith('[0]'))).toBe(true);
        expect(problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

const description = join(process.cwd(), '../shared/reference/line-openapi/messaging-api.yml');
if (existsSync(description)) {
  const objects = readDescription(readFileSync(description, 'utf8'));
  const nameOf = (type: string) => `${type[0]?.toUpperCase()}${type.slice(1)}`;
  const messageNames: Record<string, string> = { textV2: 'TextMessageV2' };
  const actionNames: Record<string, string> = {
    datetimepicker: 'DatetimePickerAction',
    richmenuswitch: 'RichMenuSwitchAction',
    uri: 'URIAction',
  };
  const inherited = ['type', 'quickReply', 'sender'];
  const compared: [string, string[]][] = [
    ...Object.entries(messageObjects).map(([type, schema]): [string, string[]] => [
      messageNames[type] ?? `${nameOf(type)}Message`,
      keysOf(schema).filter((key) => !inherited.includes(key)),
    ]),
    ...Object.entries({ ...flexObjects, ...templateObjects }).map(([name, schema]): [string, string[]] => [
      name,
      keysOf(schema).filter((key) => key !== 'type'),
    ]),
    ...Object.entries({ ...actionTable('rich-menu'), ...actionTable('flex') }).map(
      ([type, schema]): [string, string[]] => [
        actionNames[type] ?? `${nameOf(type)}Action`,
        keysOf(schema).filter((key) => key !== 'type' && key !== 'label'),
      ],
    ),
  ];

  describe("LINE's own description", () => {
    it.each(compared)('gives %s the same properties', (name, keys) => {
      const described = objects.get(name)?.filter((key) => key !== 'type');
      expect(keys.toSorted()).toEqual(described?.toSorted());
    });
  });
}

function keysOf(schema: z.ZodType): string[] {
  return Object.keys((schema as z.ZodObject).shape);
}

/** Schema name → names of its own properties, by indentation; enough for this one file. */
function readDescription(yaml: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let name = '';
  let propertiesAt = -1;
  for (const line of yaml.slice(yaml.indexOf('\n  schemas:')).split('\n')) {
    const indent = line.search(/[^\s-]/);
    const key = /^[\s-]*"?([A-Za-z0-9]+)"?:/.exec(line)?.[1];
    if (indent === 4 && key !== undefined) {
      name = key;
      propertiesAt = -1;
      found.set(name, []);
    } else if (key === 'properties' && propertiesAt < 0) {
      propertiesAt = indent;
    } else if (propertiesAt >= 0 && indent === propertiesAt + 2 && key !== undefined) {
      found.get(name)?.push(key);
    } else if (propertiesAt >= 0 && indent >= 0 && indent <= propertiesAt) {
      propertiesAt = Number.POSITIVE_INFINITY;
    }
  }
  return found;
}
