import { describe, expect, it } from 'vitest';
import { findProblems } from '#simulator/line-problem-rules.ts';
import { message } from '#simulator/message-rules.ts';

const uri = { type: 'uri', label: 'Open', uri: 'https://example.com/' };
const words = { type: 'text', text: 'Hello' };
const box = (contents: unknown[], more: object = {}) => ({
  type: 'box',
  layout: 'vertical',
  contents,
  ...more,
});
const bubble = (body: unknown, more: object = {}) => ({ type: 'bubble', body, ...more });
const inBody = (component: unknown) => bubble(box([component]));
const carousel = (contents: unknown[]) => ({ type: 'carousel', contents });
const flex = (contents: unknown) => ({ type: 'flex', altText: 'A card', contents });
const image = { type: 'image', url: 'https://example.com/a.png' };
const video = {
  type: 'video',
  url: 'https://example.com/a.mp4',
  previewUrl: 'https://example.com/a.png',
  altContent: image,
};
const longText = 'x'.repeat(31_000);

/** What is broken, the container, and the property that the refusal names. */
const broken: [string, unknown, string][] = [
  ['no container type', { body: box([words]) }, 'contents.type'],
  ['an unknown container', { type: 'grid' }, 'contents.type'],
  ['a bubble without blocks', { type: 'bubble' }, 'contents'],
  ['an unknown property of a bubble', bubble(box([words]), { width: '1px' }), 'contents.width'],
  ['an unknown bubble size', bubble(box([words]), { size: 'huge' }), 'contents.size'],
  ['an unknown direction', bubble(box([words]), { direction: 'up' }), 'contents.direction'],
  ['a body that is no box', bubble(words), 'contents.body.type'],
  ['a box without layout', bubble({ type: 'box', contents: [] }), 'contents.body.layout'],
  ['an unknown layout', bubble(box([], { layout: 'diagonal' })), 'contents.body.layout'],
  ['a box without contents', bubble({ type: 'box', layout: 'vertical' }), 'contents.body.contents'],
  ['an unknown component', inBody({ type: 'list' }), 'contents.body.contents[0].type'],
  ['an empty text', inBody({ type: 'text', text: '' }), 'contents.body.contents[0].text'],
  ['a text without words', inBody({ type: 'text' }), 'contents.body.contents[0].text'],
  ['a number as text', inBody({ type: 'text', text: 5 }), 'contents.body.contents[0].text'],
  ['an unknown property of a text', inBody({ ...words, bold: true }), 'contents.body.contents[0].bold'],
  ['a colour by name', inBody({ ...words, color: 'red' }), 'contents.body.contents[0].color'],
  ['a colour of three digits', inBody({ ...words, color: '#fff' }), 'contents.body.contents[0].color'],
  ['an unknown weight', inBody({ ...words, weight: '600' }), 'contents.body.contents[0].weight'],
  ['an unknown font size', inBody({ ...words, size: 'huge' }), 'contents.body.contents[0].size'],
  ['a margin without unit', inBody({ ...words, margin: '4' }), 'contents.body.contents[0].margin'],
  ['a negative flex', inBody({ ...words, flex: -1 }), 'contents.body.contents[0].flex'],
  ['wrap as a word', inBody({ ...words, wrap: 'true' }), 'contents.body.contents[0].wrap'],
  ['a span outside a text', inBody({ type: 'span', text: 'a' }), 'contents.body.contents[0].type'],
  [
    'an empty span',
    inBody({ type: 'text', contents: [{ type: 'span', text: '' }] }),
    'contents.body.contents[0].contents[0].text',
  ],
  ['an icon in a vertical box', inBody({ ...image, type: 'icon' }), 'contents.body.contents[0].type'],
  [
    'a button on a base line',
    bubble(box([{ type: 'button', action: uri }], { layout: 'baseline' })),
    'contents.body.contents[0].type',
  ],
  [
    'an image on a base line, deep inside',
    bubble(box([words, box([box([image], { layout: 'baseline' })])])),
    'contents.body.contents[1].contents[0].contents[0].type',
  ],
  ['a button without action', inBody({ type: 'button' }), 'contents.body.contents[0].action'],
  [
    'a button without label',
    inBody({ type: 'button', action: { ...uri, label: undefined } }),
    'contents.body.contents[0].action.label',
  ],
  [
    'a label of 41 characters',
    inBody({ type: 'button', action: { ...uri, label: 'x'.repeat(41) } }),
    'contents.body.contents[0].action.label',
  ],
  [
    'a scheme that no phone opens',
    inBody({ type: 'button', action: { ...uri, uri: 'javascript:alert(1)' } }),
    'contents.body.contents[0].action.uri',
  ],
  [
    'an unencoded address',
    inBody({ type: 'button', action: { ...uri, uri: 'https://example.com/會員' } }),
    'contents.body.contents[0].action.uri',
  ],
  [
    'a rich-menu switch',
    inBody({
      type: 'button',
      action: { type: 'richmenuswitch', label: 'a', richMenuAliasId: 'a', data: 'a' },
    }),
    'contents.body.contents[0].action.type',
  ],
  [
    'an unknown button style',
    inBody({ type: 'button', action: uri, style: 'danger' }),
    'contents.body.contents[0].style',
  ],
  ['an http picture', inBody({ ...image, url: 'http://example.com/a.png' }), 'contents.body.contents[0].url'],
  [
    'a picture more than three times as high as wide',
    inBody({ ...image, aspectRatio: '1:4' }),
    'contents.body.contents[0].aspectRatio',
  ],
  ['a ratio in words', inBody({ ...image, aspectRatio: 'wide' }), 'contents.body.contents[0].aspectRatio'],
  [
    'an unknown aspect mode',
    inBody({ ...image, aspectMode: 'fill' }),
    'contents.body.contents[0].aspectMode',
  ],
  [
    'a box action with a mail address',
    bubble(box([words], { action: { type: 'uri', uri: 'mailto:a@b.c' } })),
    'contents.body.action.uri',
  ],
  ['an unknown border width', bubble(box([words], { borderWidth: 'thick' })), 'contents.body.borderWidth'],
  ['a width by keyword', bubble(box([words], { width: 'lg' })), 'contents.body.width'],
  [
    'a gradient without end',
    bubble(box([], { background: { type: 'linearGradient', angle: '0deg', startColor: '#ffffff' } })),
    'contents.body.background.endColor',
  ],
  [
    'a gradient with a bare angle',
    bubble(
      box([], {
        background: { type: 'linearGradient', angle: '90', startColor: '#ffffff', endColor: '#000000' },
      }),
    ),
    'contents.body.background.angle',
  ],
  ['a style of no block', bubble(box([words]), { styles: { main: {} } }), 'contents.styles.main'],
  [
    'a style colour by name',
    bubble(box([words]), { styles: { footer: { separatorColor: 'grey' } } }),
    'contents.styles.footer.separatorColor',
  ],
  ['a text as hero', bubble(box([words]), { hero: words }), 'contents.hero.type'],
  ['a video in a small bubble', bubble(box([words]), { hero: video, size: 'micro' }), 'contents.hero'],
  ['a video in the body', inBody(video), 'contents.body.contents[0].type'],
  ['a bubble of more than 30 KB', inBody({ type: 'text', text: longText }), 'contents'],
  ['an empty carousel', carousel([]), 'contents.contents'],
  ['thirteen bubbles', carousel(Array.from({ length: 13 }, () => inBody(words))), 'contents.contents'],
  [
    'bubbles of two sizes',
    carousel([inBody(words), bubble(box([words]), { size: 'kilo' })]),
    'contents.contents[1].size',
  ],
  ['a video in a carousel', carousel([bubble(box([words]), { hero: video })]), 'contents.contents[0].hero'],
  [
    'a carousel of more than 50 KB',
    carousel(Array.from({ length: 6 }, () => inBody({ type: 'text', text: 'x'.repeat(9_000) }))),
    'contents',
  ],
  [
    'eleven animated pictures',
    bubble(box(Array.from({ length: 11 }, () => ({ ...image, animated: true })))),
    'contents',
  ],
  ['a broken bubble in a carousel', carousel([inBody(words), null]), 'contents.contents[1]'],
];

describe('a broken Flex body', () => {
  it.each(broken)('is refused for %s', (_name, contents, property) => {
    expect(findProblems(message, flex(contents)).map((problem) => problem.property)).toContain(property);
  });

  it('is refused with every place that is wrong', () => {
    const problems = findProblems(message, flex(inBody({ type: 'text', text: '', color: 'red', what: 1 })));
    expect(problems).toEqual([
      { message: 'Must be non-empty text', property: 'contents.body.contents[0].text' },
      { message: 'Must be #RRGGBB or #RRGGBBAA', property: 'contents.body.contents[0].color' },
      { message: 'Unknown property', property: 'contents.body.contents[0].what' },
    ]);
  });
});

describe('a sound Flex body', () => {
  const sound: [string, unknown][] = [
    ['a plain bubble', inBody(words)],
    ['an empty box', bubble(box([]))],
    ['a video hero with a link', bubble(box([words]), { hero: { ...video, action: uri }, size: 'giga' })],
    [
      'every kind of component',
      bubble(
        box(
          [
            { type: 'separator', margin: 'md', color: '#00000080' },
            { type: 'filler', flex: 2 },
            { type: 'text', contents: [{ type: 'span', text: 'a', weight: 'bold' }], maxLines: 2 },
            { ...image, aspectRatio: '20:13', aspectMode: 'cover', size: 'full', animated: true },
            box([{ ...image, type: 'icon', size: '1.5px' }, words], { layout: 'baseline', spacing: 'sm' }),
            { type: 'button', action: { ...uri, label: '會'.repeat(40) }, height: 'sm', style: 'primary' },
          ],
          {
            paddingAll: '10%',
            cornerRadius: '12px',
            position: 'relative',
            offsetTop: '-4px',
            justifyContent: 'space-between',
            background: {
              type: 'linearGradient',
              angle: '90.5deg',
              startColor: '#ffffff',
              endColor: '#00000000',
              centerColor: '#ff0000',
              centerPosition: '10%',
            },
          },
        ),
        { styles: { body: { backgroundColor: '#ffffff', separator: true } }, direction: 'rtl', action: uri },
      ),
    ],
    ['twelve bubbles of one size', carousel(Array.from({ length: 12 }, () => inBody(words)))],
  ];

  it.each(sound)('is accepted: %s', (_name, contents) => {
    expect(findProblems(message, flex(contents))).toEqual([]);
  });
});
