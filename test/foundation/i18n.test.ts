import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanDisplayName,
  countGraphemes,
  cutGraphemes,
  formatBirthday,
  formatChange,
  formatClock,
  formatCount,
  formatDateInSentence,
  formatDateOnCard,
  formatDateShort,
  formatDiscount,
  formatEnd,
  formatEndOnCard,
  formatMoney,
  formatNumber,
  formatPoints,
  maskPhone,
  maskPhoneTail,
  toLocale,
} from '#foundation/i18n.ts';

describe('toLocale', () => {
  it.each([
    ['zh-TW', 'zh-TW'],
    ['zh-Hant-HK', 'zh-TW'],
    ['zh_CN', 'zh-TW'],
    ['ja', 'ja'],
    ['JA-jp', 'ja'],
    ['en-GB', 'en'],
    ['ko', 'en'],
    ['vi-VN', 'en'],
    ['und', 'zh-TW'],
    ['', 'zh-TW'],
    ['%%%', 'zh-TW'],
    [null, 'zh-TW'],
    [undefined, 'zh-TW'],
  ])('takes %s to %s', (tag, locale) => {
    expect(toLocale(tag)).toBe(locale);
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
    [-50, '−50'],
    [-1280, '−1,280'],
  ])('groups %d by thousands', (count, shown) => {
    expect(formatNumber(count)).toBe(shown);
  });

  it('marks both directions of a change with a sign', () => {
    expect([12, -50, 0].map(formatChange)).toEqual(['+12', '−50', '0']);
  });

  it('puts NT$ before whole dollars, and the minus before that', () => {
    expect(formatMoney('zh-TW', 1280)).toBe('NT$1,280');
    expect(formatMoney('en', -100)).toBe('−NT$100');
  });

  it('counts points and things in each language, with one alone in English', () => {
    expect(formatPoints('zh-TW', 1280)).toBe('1,280 點');
    expect(formatPoints('en', 1)).toBe('1 point');
    expect(formatPoints('en', 0)).toBe('0 points');
    expect(formatPoints('ja', 1280)).toBe('1,280ポイント');
    expect(formatCount('zh-TW', 3, 'coupon')).toBe('3 張券');
    expect(formatCount('zh-TW', 2, 'friend')).toBe('2 位朋友');
    expect(formatCount('en', 1, 'try')).toBe('1 try');
    expect(formatCount('en', 2, 'try')).toBe('2 tries');
    expect(formatCount('ja', 2, 'friend')).toBe('2人');
  });

  it.each([
    [10, '9 折', '10% off', '10%OFF'],
    [15, '85 折', '15% off', '15%OFF'],
    [50, '5 折', '50% off', '50%OFF'],
    [95, '0.5 折', '95% off', '95%OFF'],
    [100, '免費', 'Free', '無料'],
  ])('names a discount of %d percent', (percent, zh, en, ja) => {
    expect(formatDiscount('zh-TW', percent)).toBe(zh);
    expect(formatDiscount('en', percent)).toBe(en);
    expect(formatDiscount('ja', percent)).toBe(ja);
  });

  it.each([0, 101, 12.5, Number.NaN])('refuses %d percent', (percent) => {
    expect(() => formatDiscount('zh-TW', percent)).toThrow(RangeError);
  });
});

describe('dates', () => {
  const today = '2026-12-01';

  it('gives the weekday in a sentence, and the year only when it is another', () => {
    expect(formatDateInSentence('zh-TW', '2026-12-03', today)).toBe('12 月 3 日（四）');
    expect(formatDateInSentence('en', '2026-12-03', today)).toBe('Thu, Dec 3');
    expect(formatDateInSentence('ja', '2026-12-03', today)).toBe('12月3日（木）');
    expect(formatDateInSentence('zh-TW', '2027-01-05', today)).toBe('2027 年 1 月 5 日（二）');
    expect(formatDateInSentence('en', '2027-01-05', today)).toBe('Tue, Jan 5, 2027');
    expect(formatDateInSentence('ja', '2027-01-05', today)).toBe('2027年1月5日（火）');
    expect(formatEnd('zh-TW', '2026-12-31', today)).toBe('12 月 31 日（四）');
  });

  it('leaves the weekday out in narrow rows', () => {
    expect(formatDateShort('zh-TW', '2026-12-03', today)).toBe('12 月 3 日');
    expect(formatDateShort('en', '2025-12-03', today)).toBe('Dec 3, 2025');
    expect(formatDateShort('ja', '2025-12-03', today)).toBe('2025年12月3日');
  });

  it('writes a card date with its year, never as a fraction', () => {
    expect(formatDateOnCard('zh-TW', '2026-12-03')).toBe('2026/12/03');
    expect(formatDateOnCard('en', '2026-12-03')).toBe('Dec 3, 2026');
    expect(formatEndOnCard('zh-TW', '2026-12-31')).toBe('可用到 2026/12/31（含當天）');
    expect(formatEndOnCard('ja', '2026-12-31')).toBe('2026/12/31まで（当日を含む）');
  });

  it('knows 29 February as a birthday, whatever the year', () => {
    expect(formatBirthday('zh-TW', 2, 29)).toBe('2 月 29 日');
    expect(formatBirthday('en', 2, 29)).toBe('Feb 29');
    expect(formatBirthday('ja', 2, 29)).toBe('2月29日');
  });

  it('refuses a day that does not exist', () => {
    expect(() => formatDateInSentence('zh-TW', '2026-02-29', today)).toThrow(RangeError);
  });
});

describe('formatClock', () => {
  const now = new Date('2026-12-01T15:30:00Z'); // 23:30 in Taipei
  const clock = (iso: string) =>
    ['zh-TW', 'en', 'ja'].map((l) => formatClock(toLocale(l), new Date(iso), now, 'Asia/Taipei'));

  it('gives the bare time today', () => {
    expect(clock('2026-12-01T07:20:00Z')).toEqual(['15:20', '3:20 PM', '15:20']);
  });

  it('says tomorrow by the calendar of the zone, not by 24 hours', () => {
    expect(clock('2026-12-01T16:05:00Z')).toEqual(['明天 0:05', '12:05 AM tomorrow', '明日 0:05']);
    expect(clock('2026-12-02T07:20:00Z')).toEqual(['明天 15:20', '3:20 PM tomorrow', '明日 15:20']);
  });

  it('gives the date for any other day', () => {
    expect(clock('2026-12-03T02:00:00Z')).toEqual([
      '12 月 3 日（四）10:00',
      'Thu, Dec 3, 10:00 AM',
      '12月3日（木）10:00',
    ]);
  });
});

describe('phone masks', () => {
  it('shows three digits of a phone and no more', () => {
    expect(maskPhoneTail('+886912345678')).toBe('678');
    expect(maskPhone('0912345678')).toBe('09**-***-678');
  });
});

describe('cutGraphemes', () => {
  it('never splits what a reader sees as one sign', () => {
    expect(cutGraphemes('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 2)).toBe('👨‍👩‍👧…');
    expect(cutGraphemes('一二三', 3)).toBe('一二三');
  });

  it('keeps within the limit, the dots counted, and leaves short text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const cut = cutGraphemes(text, limit);
        expect(countGraphemes(cut)).toBeLessThanOrEqual(limit);
        if (countGraphemes(text) <= limit) expect(cut).toBe(text);
      }),
    );
  });
});

describe('cleanDisplayName', () => {
  it.each([
    ['王小明', '王小明'],
    ['  Amy \n 2020 ', 'Amy 2020'],
    ['a\u202Eb\u0000c', 'abc'],
    ['王\u200D明', '王明'],
    ['小明👨‍👩‍👧', '小明👨‍👩‍👧'],
    ['Ms.Chen', 'Ms.Chen'],
    ['一二三四五六七八九十', '一二三四五六七八九十'],
    ['一二三四五六七八九十百', '一二三四五六七八九…'],
    ['Emma Wilson', 'Emma Wilson'],
    ['Alexandrina Featherstonehaugh', 'Alexandrina Feather…'],
    ['broken \ud800 one', 'broken one'],
  ])('makes %j fit for a sentence', (name, shown) => {
    expect(cleanDisplayName(name)).toBe(shown);
  });

  it.each([
    '',
    '   ',
    '😀😀',
    '\u3164',
    '...',
    '0912-345-678',
    '７７７',
    'line.me/ti/p',
    'https://a.example',
    '加我0912345678',
    null,
  ])('leaves %j out', (name) => {
    expect(cleanDisplayName(name)).toBeNull();
  });

  it('takes any text without a fault and never returns an unsafe character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const shown = cleanDisplayName(name);
        if (shown === null) return;
        expect(countGraphemes(shown)).toBeLessThanOrEqual(10);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\u200B]/u);
      }),
    );
  });
});
