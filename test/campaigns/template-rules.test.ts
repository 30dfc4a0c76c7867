import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  couponsOf,
  messagesOf,
  shareOut,
  templateContent,
  variablesOf,
} from '#features/campaigns/templates/template-rules.ts';

const text = (words: string) => ({ type: 'text', text: words });
const arm = (key: string, messages: object[], more: object = {}) => ({
  key,
  messages: { 'zh-TW': messages },
  ...more,
});
const content = (arms: object[], more: object = {}) => ({ arms, ...more });
const card = { type: 'card', title: 'T', text: 'W' };

describe('what a template says', () => {
  it('has one arm of equal weight and nobody held out where nothing else is said', () => {
    const read = templateContent.parse(content([arm('a', [text('新品到店')])]));
    expect(read).toMatchObject({ arms: [{ key: 'a', weight: 1 }], holdOutPercent: 0 });
  });

  it.each<[string, object, string]>([
    ['no arm', content([]), 'arms'],
    ['two arms of one key', content([arm('a', [card]), arm('a', [card])]), 'arms.1.key'],
    ['an arm of an odd key', content([arm('A!', [card])]), 'arms.0.key'],
    ['no message', content([arm('a', [])]), 'arms.0.messages.zh-TW'],
    ['five messages', content([arm('a', Array(5).fill(card))]), 'arms.0.messages.zh-TW'],
    ['nothing in zh-TW', content([{ key: 'a', messages: { en: [card] } }]), 'arms.0.messages.zh-TW'],
    [
      'an unknown language',
      content([{ key: 'a', messages: { 'zh-TW': [card], fr: [card] } }]),
      'arms.0.messages',
    ],
    ['an empty text', content([arm('a', [text('  ')])]), 'arms.0.messages.zh-TW.0.text'],
    ['a text beyond LINE', content([arm('a', [text('字'.repeat(4_001))])]), 'arms.0.messages.zh-TW.0.text'],
    ['an unknown variable', content([arm('a', [text('{phone}')])]), 'arms.0.messages.zh-TW.0.text'],
    [
      'an unknown variable in a title',
      content([arm('a', [{ ...card, title: '{age}' }])]),
      'arms.0.messages.zh-TW.0.title',
    ],
    [
      'a long title',
      content([arm('a', [{ ...card, title: '字'.repeat(41) }])]),
      'arms.0.messages.zh-TW.0.title',
    ],
    [
      'a picture without https',
      content([arm('a', [{ ...card, pictureUrl: 'http://a.example/p.png' }])]),
      'arms.0.messages.zh-TW.0.pictureUrl',
    ],
    [
      'a button that runs code',
      content([arm('a', [{ ...card, buttons: [{ label: 'Go', uri: 'javascript:alert(1)' }] }])]),
      'arms.0.messages.zh-TW.0.buttons.0.uri',
    ],
    [
      'a label beyond LINE',
      content([arm('a', [{ ...card, buttons: [{ label: '字'.repeat(21), uri: 'https://a.example' }] }])]),
      'arms.0.messages.zh-TW.0.buttons.0.label',
    ],
    ['a kind of its own', content([arm('a', [{ type: 'video' }])]), 'arms.0.messages.zh-TW.0.type'],
    ['a field of its own', content([arm('a', [{ ...card, colour: 'red' }])]), 'arms.0.messages.zh-TW.0'],
    ['a weight of nothing', content([arm('a', [card], { weight: 0 })]), 'arms.0.weight'],
    ['everybody held out', content([arm('a', [card])], { holdOutPercent: 51 }), 'holdOutPercent'],
  ])('is refused with %s, naming the field', (_what, wrong, path) => {
    const read = templateContent.safeParse(wrong);
    expect(read.success).toBe(false);
    expect(read.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  it('tells its variables, its coupons and the language it falls back to', () => {
    const read = templateContent.parse(
      content([
        arm('a', [text('{name}，您有 {points}'), { type: 'coupon', couponKey: 'summer' }]),
        { key: 'b', messages: { 'zh-TW': [text('早')], en: [{ ...card, title: '{tier}' }] } },
      ]),
    );
    expect([...variablesOf(read)].sort()).toEqual(['name', 'points', 'tier']);
    expect(couponsOf(read)).toEqual([{ path: 'arms.0.messages.zh-TW.1.couponKey', couponKey: 'summer' }]);
    const b = read.arms[1] as (typeof read.arms)[number];
    expect(messagesOf(b, 'en')[0]).toMatchObject({ title: '{tier}' });
    expect(messagesOf(b, 'ja')[0]).toMatchObject({ text: '早' });
  });

  it('shares ten thousand draws out by weight, leaving nobody without an arm', () => {
    expect(
      shareOut([
        { key: 'a', weight: 3 },
        { key: 'b', weight: 1 },
      ]),
    ).toEqual({
      keys: ['a', 'b'],
      starts: [0, 7_500],
    });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const { starts } = shareOut(weights.map((weight, at) => ({ key: `k${at}`, weight })));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        expect(starts[0]).toBe(0);
        for (const [at, start] of starts.entries()) {
          const share = (starts[at + 1] ?? 10_000) - start;
          expect(Math.abs(share - ((weights[at] ?? 0) / total) * 10_000)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
