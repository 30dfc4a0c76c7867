import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countActivityPoints } from '#features/points/activities/activity-rules.ts';
import { countKept, type EarningTerms, plainTerms } from '#features/points/earning/earning-rules.ts';
import {
  isMemberDay,
  type MemberDay,
  memberDays,
  pickMemberDay,
} from '#features/points/earning/member-day-rules.ts';
import { countPaidBack, pointsPolicy } from '#features/points/points-rules.ts';
import { dayOf } from './bonus-policy.ts';

const rate = { twdPerPoint: 100, pointValueTwd: 1 };
const name = { 'zh-TW': '會員日', en: 'Member day', ja: '会員デー' };
const terms = (
  tierPercent: number,
  day: [percent: number, eligible: number, lines: number] | null = null,
): EarningTerms => ({
  ...rate,
  tierPercent,
  memberDay: day && { key: 'day', name, earnPercent: day[0], eligibleTwd: day[1], linesTwd: day[2] },
});
const whole = (totalTwd: number, pointsPaid = 0) => ({
  totalTwd,
  returnedTwd: 0,
  pointsPaid,
  pointsBack: 0,
});

describe('what a purchase earns', () => {
  it.each<[string, EarningTerms, ReturnType<typeof whole>, number]>([
    ['the base rate, rounded down', terms(100), whole(1_299), 12],
    ['a tier times its percent', terms(120), whole(1_280), 15],
    ['what base and bonus come to together, rounded once', terms(150), whole(199), 2],
    ['a member day on everything', terms(100, [200, 1_280, 1_280]), whole(1_280), 25],
    ['a member day on the part that it is for', terms(100, [200, 1_000, 1_280]), whole(1_280), 22],
    ['nothing more where a member day counts no line', terms(100, [300, 0, 1_280]), whole(1_280), 12],
    ['tier and member day added, not multiplied', terms(150, [200, 1_000, 1_000]), whole(1_000), 25],
    ['the part as a share of a total below the lines', terms(100, [200, 500, 1_000]), whole(800), 12],
    ['nothing on what points paid', terms(200, [200, 1_000, 1_000]), whole(1_000, 1_000), 0],
    ['nothing on nothing', terms(150, [200, 0, 0]), whole(0), 0],
    [
      'all digits of the largest receipt',
      terms(1_000, [1_000, 49_999_999_999, 50_000_000_000]),
      whole(99_999_999),
      18_999_999,
    ],
  ])('is %s', (_what, by, of, points) => {
    expect(countKept(by, of)).toBe(points);
  });

  const anyTerms = fc
    .record({
      twdPerPoint: fc.integer({ min: 1, max: 1_000 }),
      pointValueTwd: fc.integer({ min: 1, max: 5 }),
      tierPercent: fc.integer({ min: 100, max: 1_000 }),
      linesTwd: fc.integer({ min: 1, max: 100_000 }),
      share: fc.integer({ min: 0, max: 100 }),
      earnPercent: fc.integer({ min: 101, max: 1_000 }),
      hasDay: fc.boolean(),
    })
    .map(({ linesTwd, share, earnPercent, hasDay, ...of }): EarningTerms => {
      const eligibleTwd = Math.floor((linesTwd * share) / 100);
      return { ...of, memberDay: hasDay ? { key: 'day', name, earnPercent, eligibleTwd, linesTwd } : null };
    });

  it('is never less than the base rate, shrinks with every return, and a full return leaves nothing', () => {
    fc.assert(
      fc.property(
        anyTerms,
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 8 }),
        (by, totalTwd, paidShare, parts) => {
          const pointsPaid = Math.floor((totalTwd * paidShare) / 100 / by.pointValueTwd);
          const first = countKept(by, whole(totalTwd, pointsPaid));
          expect(first).toBeGreaterThanOrEqual(countKept(plainTerms(by), whole(totalTwd, pointsPaid)));
          let kept = first;
          let taken = 0;
          let returnedTwd = 0;
          for (const part of [...parts, totalTwd]) {
            returnedTwd = Math.min(totalTwd, returnedTwd + part);
            const isFull = returnedTwd === totalTwd;
            const pointsBack = countPaidBack({ totalTwd, pointsPaid, returnedTwd, isFull });
            const left = countKept(by, { totalTwd, returnedTwd, pointsPaid, pointsBack });
            // Paid points come back rounded down, so that the rest may be worth a point of theirs more for a moment.
            taken += Math.max(0, first - taken - left);
            kept = left;
          }
          expect([kept, taken]).toEqual([0, first]);
        },
      ),
    );
  });
});

describe('member days', () => {
  it.each<[MemberDay['when'], string, boolean]>([
    [{ kind: 'dates', from: '2026-11-20', to: '2026-11-21' }, '2026-11-21', true],
    [{ kind: 'dates', from: '2026-11-20', to: '2026-11-21' }, '2026-11-22', false],
    [{ kind: 'weekdays', weekdays: [6] }, '2026-11-21', true],
    [{ kind: 'weekdays', weekdays: [7] }, '2026-11-22', true],
    [{ kind: 'weekdays', weekdays: [1, 2] }, '2026-11-21', false],
    [{ kind: 'month_days', monthDays: [29] }, '2028-02-29', true],
    [{ kind: 'month_days', monthDays: [31] }, '2026-11-30', false],
  ])('%j is %s: %s', (when, on, is) => {
    expect(isMemberDay(when, on)).toBe(is);
  });

  const every = { kind: 'month_days' as const, monthDays: [21] };
  const bought = {
    on: '2026-11-21',
    storeCode: 'xinyi',
    lines: [
      { category: '茶葉', amountTwd: 1_000 },
      { category: '器皿', amountTwd: 280 },
    ],
  };
  it('count in their stores and for their categories only', () => {
    const pick = (...days: Parameters<typeof dayOf>[2][]) =>
      pickMemberDay(
        days.map((over, at) => dayOf(`d${at}`, every, over)),
        bought,
      );
    expect(pick({})).toMatchObject({ key: 'd0', eligibleTwd: 1_280, linesTwd: 1_280 });
    expect(pick({ storeCodes: ['banqiao'] })).toBeNull();
    expect(pick({ storeCodes: ['banqiao', 'xinyi'], categories: ['器皿'] })).toMatchObject({
      eligibleTwd: 280,
    });
    expect(pick({ categories: ['寢具'] })).toBeNull();
  });

  it('never add up: the one that gives most counts, and of equals the first', () => {
    const pick = (...days: Parameters<typeof dayOf>[2][]) =>
      pickMemberDay(
        days.map((over, at) => dayOf(`d${at}`, every, over)),
        bought,
      )?.key;
    // Three times on NT$280 is less than twice on NT$1,000.
    expect(pick({ earnPercent: 300, categories: ['器皿'] }, { categories: ['茶葉'] })).toBe('d1');
    expect(pick({ earnPercent: 500, categories: ['器皿'] }, { categories: ['茶葉'] })).toBe('d0');
    expect(pick({}, {})).toBe('d0');
  });

  it.each([
    ['a key twice', [dayOf('a', every), dayOf('a', every)], []],
    [
      'an end before its beginning',
      [dayOf('a', { kind: 'dates', from: '2026-02-02', to: '2026-02-01' })],
      [0, 'when', 'to'],
    ],
    [
      'a day that no calendar has',
      [dayOf('a', { kind: 'dates', from: '2026-02-30', to: '2026-03-01' })],
      [0, 'when', 'from'],
    ],
    ['an eighth weekday', [dayOf('a', { kind: 'weekdays', weekdays: [8] })], [0, 'when', 'weekdays', 0]],
    ['no weekday', [dayOf('a', { kind: 'weekdays', weekdays: [] })], [0, 'when', 'weekdays']],
    ['less than the base rate', [dayOf('a', every, { earnPercent: 50 })], [0, 'earnPercent']],
    ['no store at all', [dayOf('a', every, { storeCodes: [] })], [0, 'storeCodes']],
  ])('are refused with %s', (_what, days, path) => {
    expect(memberDays.safeParse(days).error?.issues[0]?.path).toEqual(path);
  });

  it('are none, and no activity earns, in a policy that says nothing of them', () => {
    const stored = { ...rate, returnWindowDays: { store: 0, online: 7 }, ends: { kind: 'never' } };
    const policy = pointsPolicy.schema.parse(stored);
    expect(policy.memberDays).toEqual([]);
    const off = { points: 0, perDay: null, perMonth: null };
    expect(policy.activities).toEqual({ survey: off, profile: off, review: off, visit: off });
  });
});

describe('what an activity earns', () => {
  it.each([
    [{ points: 10, perDay: null, perMonth: null }, { day: 900, month: 900 }, 10, null],
    [{ points: 10, perDay: 20, perMonth: null }, { day: 10, month: 90 }, 10, null],
    [{ points: 10, perDay: 20, perMonth: null }, { day: 11, month: 11 }, 0, 'cap_reached'],
    [{ points: 10, perDay: null, perMonth: 30 }, { day: 0, month: 21 }, 0, 'cap_reached'],
    [{ points: 10, perDay: 9, perMonth: null }, { day: 0, month: 0 }, 0, 'cap_reached'],
    [{ points: 0, perDay: null, perMonth: null }, { day: 0, month: 0 }, 0, 'off'],
  ])('by %j after %j is %i, %s', (rule, earned, points, reason) => {
    expect(countActivityPoints(rule, earned)).toEqual({ points, reason });
  });
});
