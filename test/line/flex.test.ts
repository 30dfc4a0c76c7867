import { describe, expect, it } from 'vitest';
import { countGraphemes } from '#foundation/i18n.ts';
import { createFlexKit, flexMessage, textMessage, writeMessages } from '#line/flex.ts';
import {
  clipboardAction,
  dateAction,
  LineLimitError,
  messageAction,
  postbackAction,
  quickReplies,
  uriAction,
} from '#line/flex-actions.ts';
import { drawMoreCard, drawTicket, type Ticket } from '#line/flex-ticket.ts';
import { derivePalette } from '#line/palette-rules.ts';
import { encodePostback } from '#line/postback.ts';

const kit = createFlexKit(derivePalette('#FFD400'));
const claim = postbackAction('領取', encodePostback('claim', { id: '12' }));
const how = postbackAction('怎麼用', encodePostback('coupon:how'));
const ticket: Ticket = {
  kicker: '金卡專屬',
  value: 'NT$100',
  title: '週年慶滿額折價券',
  condition: '滿 NT$1,000，限信義店',
  end: '可用到 2026/12/31（含當天）',
  actions: [claim, how],
};

/** Every part of a card, in the order in which LINE reads it. */
function partsOf(json: unknown): Record<string, unknown>[] {
  if (Array.isArray(json)) return json.flatMap(partsOf);
  if (typeof json !== 'object' || json === null) return [];
  const part = json as Record<string, unknown>;
  return [...('type' in part ? [part] : []), ...Object.values(part).flatMap(partsOf)];
}

describe('cards', () => {
  it('leave neither a colour nor the reading size to LINE', () => {
    const card = kit.bubble('mega', {
      header: kit.header([kit.text('會員卡', { tone: 'onBrand' })]),
      body: kit.body([
        kit.baseline([
          kit.text('1,280', { size: '3xl', bold: true, tone: 'brandInk', wrap: false }),
          kit.text('點'),
        ]),
        kit.labelledRow('待入帳', '36 點'),
        kit.separator(),
        kit.progressBar(0.4),
        kit.tintBox([kit.text('見面禮')]),
      ]),
      footer: kit.footer(kit.buttons([claim, how])),
    });
    const parts = partsOf([card, drawTicket(kit, ticket), drawTicket(kit, { ...ticket, spent: '已使用' })]);
    for (const part of parts) {
      if (part.type === 'text' || part.type === 'button')
        expect(part).toMatchObject({ color: /^#/, scaling: true });
      if (part.type === 'bubble') {
        for (const block of [part.header, part.body, part.footer]) {
          if (block) expect(block).toHaveProperty('backgroundColor');
        }
      }
    }
    expect(parts.filter((part) => part.type === 'text').length).toBeGreaterThan(10);
  });

  it('colour one button at most, and none where two answers weigh the same', () => {
    expect(kit.buttons([claim, how]).map((button) => button.style)).toEqual(['primary', 'link']);
    expect(kit.buttons([claim, how], 1).map((button) => button.style)).toEqual(['link', 'primary']);
    expect(kit.buttons([claim, how], null).map((button) => button.style)).toEqual(['link', 'link']);
  });

  it.each([
    [0, '2%'],
    [0.4, '40%'],
    [7, '100%'],
    [Number.NaN, '2%'],
  ])('fill a progress bar for a share of %d to %s', (share, width) => {
    expect(kit.progressBar(share).contents[0]).toMatchObject({ width });
  });

  it('turn grey and lose their buttons once a coupon is spent', () => {
    const parts = partsOf(drawTicket(kit, { ...ticket, endsSoon: '還有 7 天', spent: '已使用' }));
    expect(parts.filter((part) => part.type === 'button')).toEqual([]);
    const texts = parts.filter((part) => part.type === 'text');
    expect(new Set(texts.map((part) => part.color))).toEqual(new Set([kit.palette.muted]));
    expect(texts.map((part) => part.text)).not.toContain('還有 7 天');
  });

  it('stay small enough for eleven in a carousel', () => {
    const card = drawTicket(kit, {
      ...ticket,
      pictureUrl: `https://shuke.example/media/${'a'.repeat(64)}`,
      title: '週'.repeat(20),
      condition: '限'.repeat(60),
      endsSoon: '還有 7 天',
    });
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(4_500);
    const carousel = flexMessage('可以領的優惠券 10 張', [
      ...Array.from({ length: 10 }, () => card),
      drawMoreCard(kit, how),
    ]);
    expect(carousel.contents.type).toBe('carousel');
  });
});

describe('flexMessage', () => {
  const card = kit.bubble('kilo', { body: kit.body([kit.text('好')]) });

  it('cuts the altText at a full stop within 60 signs', () => {
    const first = '領到了！週年慶滿額折價券已放進「我的優惠券」，可用到 12 月 31 日（四）。';
    expect(flexMessage(`${first}${'還有很多話要說'.repeat(6)}`, card).altText).toBe(first);
    expect(flexMessage('You can use it in any store. '.repeat(5), card).altText).toBe(
      'You can use it in any store. You can use it in any store.',
    );
  });

  it('cuts a single long sentence at a sign, never inside one', () => {
    const { altText } = flexMessage('長'.repeat(80), card);
    expect(altText).toBe(`${'長'.repeat(59)}…`);
    expect(countGraphemes(altText)).toBe(60);
  });

  it('keeps emoji off the lock screen', () => {
    expect(flexMessage('生日快樂！🎂👨‍👩‍👧', card).altText).toBe('生日快樂！');
  });

  it('refuses what LINE would refuse', () => {
    const mega = kit.bubble('mega', { body: kit.body([kit.text('好')]) });
    const huge = kit.bubble('kilo', { body: kit.body([kit.text('好'.repeat(11_000))]) });
    const big = kit.bubble('kilo', { body: kit.body([kit.text('好'.repeat(6_000))]) });
    expect(() => flexMessage('二', [card, mega])).toThrow('same size');
    expect(() => flexMessage('零', [])).toThrow('1 to 12 cards');
    expect(() =>
      flexMessage(
        '多',
        Array.from({ length: 13 }, () => card),
      ),
    ).toThrow('1 to 12 cards');
    expect(() => flexMessage('大', huge)).toThrow('LINE takes 30000');
    expect(() => flexMessage('大', [big, big, big])).toThrow('LINE takes 50000');
    expect(() => flexMessage('🎂', card)).toThrow(LineLimitError);
  });
});

describe('megaText', () => {
  it('says the same in the notification as in the card, unless told otherwise', () => {
    const message = kit.megaText('先綁定會員就看得到了，大約 1 分鐘。', [claim]);
    expect(message.altText).toBe('先綁定會員就看得到了，大約 1 分鐘。');
    expect(kit.megaText('可用 1,280 點。', [claim], { altText: '點數查詢' }).altText).toBe('點數查詢');
  });

  it('carries quick replies when asked to', () => {
    const message = kit.megaText('好', [], { quickReplies: [messageAction('真人')] });
    expect(message.quickReply?.items).toEqual([
      { type: 'action', action: { type: 'message', label: '真人', text: '真人' } },
    ]);
  });
});

describe('actions', () => {
  it('show their label in the chat, and open the keyboard where the answer is typed', () => {
    expect(postbackAction('綁定會員', 'v1:go:bind', undefined, { openKeyboard: true })).toEqual({
      type: 'postback',
      label: '綁定會員',
      data: 'v1:go:bind',
      displayText: '綁定會員',
      inputOption: 'openKeyboard',
    });
  });

  it('give LINE for PC its own link', () => {
    const action = uriAction('轉傳給朋友', 'https://line.me/R/share?text=a', {
      desktop: 'https://shuke.example/share',
    });
    expect(action).toHaveProperty('altUri.desktop', 'https://shuke.example/share');
    expect(uriAction('打電話', 'tel:0227001234')).toMatchObject({ uri: 'tel:0227001234' });
  });

  it('refuse a label of more than 20 signs, counted as people see them', () => {
    expect(messageAction('👨‍👩‍👧'.repeat(20)).label).toHaveLength(160);
    expect(() => messageAction('字'.repeat(21))).toThrow(LineLimitError);
    expect(() => messageAction('')).toThrow(LineLimitError);
  });

  it('refuse links that LINE does not open', () => {
    for (const link of [
      'javascript:alert(1)',
      'mailto:a@b.example',
      '/path',
      `https://a.example/${'x'.repeat(1000)}`,
    ]) {
      expect(() => uriAction('看', link)).toThrow(LineLimitError);
    }
  });

  it('refuse more data than LINE carries', () => {
    expect(() => postbackAction('好', 'x'.repeat(301))).toThrow(LineLimitError);
    expect(() => dateAction('好', 'x'.repeat(301))).toThrow(LineLimitError);
    expect(() => clipboardAction('好', 'x'.repeat(1001))).toThrow(LineLimitError);
    expect(() => quickReplies([])).toThrow(LineLimitError);
    expect(() => quickReplies(Array.from({ length: 14 }, () => messageAction('好')))).toThrow(LineLimitError);
  });
});

describe('textMessage', () => {
  it('refuses empty and endless texts', () => {
    expect(textMessage('好的', [messageAction('真人')]).quickReply?.items).toHaveLength(1);
    expect(() => textMessage(' ')).toThrow(LineLimitError);
    expect(() => textMessage('好'.repeat(5001))).toThrow(LineLimitError);
  });
});

describe('writeMessages', () => {
  it('says what the messages say, cards and carousels, with what is put around them later', () => {
    const card = kit.bubble('mega', { body: kit.body([kit.text('點數 "1,280" 點\n謝謝')]) });
    const messages = [
      textMessage('好的'),
      flexMessage('會員卡', card),
      { ...flexMessage('兩張', [card, card]), quickReply: quickReplies([messageAction('真人')]) },
      { type: 'flex' as const, altText: '另一張', contents: card },
    ];
    expect(JSON.parse(writeMessages(messages))).toEqual(messages);
    expect(writeMessages([])).toBe('[]');
  });
});
