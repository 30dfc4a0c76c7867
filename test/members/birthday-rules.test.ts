import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOn, daysInMonth, readBirthday } from '#features/members/binding/birthday-rules.ts';

const today = '2026-11-21';
const read = (text: string, month?: number) =>
  readBirthday({ text, today, ...(month === undefined ? {} : { month }) });
const day = (month: number, dayOfMonth: number, year: number | null = null, isDoubtful = false) => ({
  ok: true,
  birthday: { month, day: dayOfMonth, year },
  isDoubtful,
});

describe('a birthday without a year', () => {
  it.each([
    '02/29',
    '2/29',
    '2-29',
    '2.29',
    '2 29',
    '0229',
    '０２２９',
    '２／２９',
    '2月29日',
    '2 月 29 日',
    '２月２９號',
    '02月29',
    '二月二十九日',
    '二月廿九',
    'Feb 29',
    'february 29',
    '29 Feb',
    'Feb 29th',
    '生日是2月29日',
    '2/29。',
    '2月29日です',
  ])('%s is 29 February', (text) => {
    expect(read(text)).toEqual(day(2, 29));
  });

  it('asks back where the day stands first', () => {
    expect(read('29/2')).toEqual(day(2, 29, null, true));
  });

  it('takes a day alone after the month was tapped, and a whole date as well', () => {
    expect(read('29', 2)).toEqual(day(2, 29));
    expect(read('２９日', 2)).toEqual(day(2, 29));
    expect(read('廿九', 2)).toEqual(day(2, 29));
    expect(read('3/5', 2)).toEqual(day(3, 5));
    expect(read('30', 2)).toEqual({ ok: false, reason: 'no_such_day', month: 2, day: 30, year: null });
  });

  it.each([
    '',
    'abc',
    '229',
    '2/',
    '/29',
    '2/29/',
    '=cmd',
    '<img onerror>',
    '{{x}}',
    '1/2/3/4',
    '99999',
    '🎂',
  ])('%j is no date', (text) => {
    expect(read(text)).toEqual({ ok: false, reason: 'not_a_date' });
  });

  it.each([
    ['2', 2],
    ['2月', 2],
    ['２月', 2],
    ['二月', 2],
    ['十二月', 12],
    ['2月份', 2],
    ['Feb', 2],
    ['feb.', 2],
    ['February', 2],
    ['我的生日是2月', 2],
  ])('%s is a month that lacks its day', (text, month) => {
    expect(read(text)).toEqual({ ok: false, reason: 'month_only', month });
  });

  it.each([
    ['2月', 5, 2],
    ['Feb', 5, 2],
  ])('%s is another month than the one that was tapped', (text, tapped, month) => {
    expect(read(text, tapped)).toEqual({ ok: false, reason: 'month_only', month });
  });

  it('a number alone is the day of the month that was tapped', () => {
    expect(read('2', 5)).toEqual(day(5, 2));
  });

  it.each([
    ['13/40', 13],
    ['13/45', 13],
    ['13月5日', 13],
    ['13月', 13],
    ['29', 29],
    ['0', 0],
    ['0/5', 0],
  ])('%s names a month that no year has', (text, month) => {
    expect(read(text)).toEqual({ ok: false, reason: 'no_such_month', month });
  });

  it.each(['marvellous', 'decide', 'mayo', '二月天', '2 months'])('%s is no month', (text) => {
    expect(read(text)).toEqual({ ok: false, reason: 'not_a_date' });
  });

  it.each([
    ['2/30', 2, 30],
    ['2/0', 2, 0],
    ['5/40', 5, 40],
    ['4月31日', 4, 31],
    ['0931', 9, 31],
  ])('%s does not exist', (text, month, dayOfMonth) => {
    expect(read(text)).toEqual({ ok: false, reason: 'no_such_day', month, day: dayOfMonth, year: null });
  });
});

describe('a birthday with a year', () => {
  it.each([
    '1988/2/29',
    '1988-02-29',
    '1988.2.29',
    '19880229',
    '１９８８年２月２９日',
    '1988 2 29',
    '29 Feb 1988',
    'February 29, 1988',
  ])('%s is Western and plain', (text) => {
    expect(read(text)).toEqual(day(2, 29, 1988));
  });

  it.each([
    '77/2/29',
    '民國77年2月29日',
    '民國 77 年 2 月 29 日',
    '民国77/2/29',
    '中華民國七十七年二月二十九日',
    '0770229',
    '770229',
    '民國0770229',
    'ROC77-2-29',
    '77年2月29日',
    '昭和63年2月29日',
  ])('%s is of another calendar and asked back', (text) => {
    expect(read(text)).toEqual(day(2, 29, 1988, true));
  });

  it('reads first years, and years at the end', () => {
    expect(read('平成元年5月1日')).toEqual(day(5, 1, 1989, true));
    expect(read('民國元年1月1日')).toEqual(day(1, 1, 1912, true));
    expect(read('2/29/1988')).toEqual(day(2, 29, 1988, true));
    expect(read('29/2/1988')).toEqual(day(2, 29, 1988, true));
  });

  it.each([
    ['78/2/29', 1989],
    ['民國83/2/29', 1994],
    ['1900-02-29', 1900],
    ['1989/2/29', 1989],
  ])('%s does not exist, for that year was no leap year', (text, year) => {
    expect(read(text)).toEqual({ ok: false, reason: 'no_such_day', month: 2, day: 29, year });
  });

  it('knows leap years of the centuries', () => {
    expect(read('2000-02-29')).toEqual(day(2, 29, 2000));
  });

  it('refuses days to come and years nobody has lived', () => {
    expect(read('2026/11/22')).toEqual({ ok: false, reason: 'future' });
    expect(read('2026/11/21')).toEqual(day(11, 21, 2026));
    expect(read('1899/1/1')).toEqual({ ok: false, reason: 'odd_year', year: 1899 });
  });
});

describe('for every day there is', () => {
  const anyDay = fc
    .record({ year: fc.integer({ min: 1912, max: 2025 }), month: fc.integer({ min: 1, max: 12 }) })
    .chain(({ year, month }) =>
      fc.record({
        year: fc.constant(year),
        month: fc.constant(month),
        day: fc.integer({ min: 1, max: daysInMonth(month, year) }),
      }),
    );
  const two = (count: number) => String(count).padStart(2, '0');

  it('all common ways to write it mean that day', () => {
    fc.assert(
      fc.property(anyDay, ({ year, month, day: d }) => {
        const roc = year - 1911;
        const western = [
          `${year}/${month}/${d}`,
          `${year}-${two(month)}-${two(d)}`,
          `${year}年${month}月${d}日`,
          `${year}${two(month)}${two(d)}`,
        ];
        const other = [
          `民國${roc}年${month}月${d}日`,
          `${roc}年${month}月${d}日`,
          `${roc}/${month}/${d}`,
          `${two(roc).padStart(3, '0')}${two(month)}${two(d)}`,
        ];
        for (const text of western) expect(read(text)).toEqual(day(month, d, year));
        for (const text of other) expect(read(text)).toEqual(day(month, d, year, true));
        for (const text of [`${month}/${d}`, `${two(month)}${two(d)}`, `${month}月${d}日`])
          expect(read(text)).toEqual(day(month, d));
      }),
    );
  });

  it('anything else is answered with a reason, never with a day that does not exist', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const found = read(text);
        if (found.ok)
          expect(found.birthday.day).toBeLessThanOrEqual(
            daysInMonth(found.birthday.month, found.birthday.year),
          );
      }),
    );
  });
});

describe('age', () => {
  it('turns on the birthday itself, and on 28 February for those of the 29th', () => {
    expect(ageOn({ year: 2008, month: 11, day: 21 }, today)).toBe(18);
    expect(ageOn({ year: 2008, month: 11, day: 22 }, today)).toBe(17);
    expect(ageOn({ year: 2008, month: 2, day: 29 }, '2026-02-27')).toBe(17);
    expect(ageOn({ year: 2008, month: 2, day: 29 }, '2026-02-28')).toBe(18);
  });
});
