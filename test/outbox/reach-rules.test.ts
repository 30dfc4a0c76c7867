import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, timeInZone } from '#foundation/clock.ts';
import { endOfQuiet, isQuiet, reachPolicy, refuseMarketing } from '#outbox/reach-rules.ts';
import { backOff } from '#outbox/retry-rules.ts';

const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

describe('quiet hours', () => {
  it.each([
    ['21:00', '09:00', '20:59', false],
    ['21:00', '09:00', '21:00', true],
    ['21:00', '09:00', '08:59', true],
    ['21:00', '09:00', '09:00', false],
    ['01:00', '06:00', '00:59', false],
    ['01:00', '06:00', '05:59', true],
    ['10:00', '10:00', '10:00', false],
  ])('from %s until %s: %s is quiet: %s', (from, until, time, quiet) => {
    expect(isQuiet(time, { from, until })).toBe(quiet);
  });

  it('end at an instant that is not quiet, within a day', () => {
    fc.assert(
      fc.property(
        clockTime,
        clockTime,
        fc.date({ min: new Date('2026-01-01'), max: new Date('2028-12-31'), noInvalidDate: true }),
        fc.constantFrom('Asia/Taipei', 'Asia/Tokyo', 'UTC'),
        (from, until, now, zone) => {
          const quiet = { from, until };
          if (!isQuiet(timeInZone(now, zone), quiet)) return;
          const end = endOfQuiet(now, quiet, zone);
          expect(timeInZone(end, zone)).toBe(until);
          expect(isQuiet(timeInZone(end, zone), quiet)).toBe(false);
          expect(end.getTime()).toBeGreaterThan(now.getTime());
          expect(end.getTime() - now.getTime()).toBeLessThanOrEqual(24 * 3_600_000);
        },
      ),
    );
  });
});

describe('caps', () => {
  const none = { perDay: null, perSevenDays: null, perFourteenDays: null, perThirtyDays: null };
  const usual = { ...none, perDay: 1, perSevenDays: 2, byKind: {} };
  const rules = { caps: usual, lessDays: 14 };
  const on = (days: readonly string[], kind = 'offer') => days.map((day) => ({ day, kind }));

  it('never let more through than they say, whatever the days and kinds', () => {
    const caps = {
      perDay: 2,
      perSevenDays: 3,
      perFourteenDays: 4,
      perThirtyDays: 6,
      byKind: { news: { ...none, perSevenDays: 1, perThirtyDays: 2 } },
    };
    const push = fc.record({ gap: fc.integer({ min: 0, max: 4 }), kind: fc.constantFrom('news', 'offer') });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 60 }), (pushes) => {
        const past: { day: string; kind: string }[] = [];
        let day = '2026-01-01';
        const within = (days: number, of = past) => of.filter((one) => one.day > addDays(day, -days)).length;
        for (const { gap, kind } of pushes) {
          day = addDays(day, gap);
          const refusal = refuseMarketing({ marketing: 'all', past }, { day, kind }, { caps, lessDays: 14 });
          if (refusal === null) past.push({ day, kind });
          expect(within(1)).toBeLessThanOrEqual(2);
          expect(within(7)).toBeLessThanOrEqual(3);
          expect(within(14)).toBeLessThanOrEqual(4);
          expect(within(30)).toBeLessThanOrEqual(6);
          const news = past.filter((one) => one.kind === 'news');
          expect(within(7, news)).toBeLessThanOrEqual(1);
          expect(within(30, news)).toBeLessThanOrEqual(2);
          expect(refusal === null || ['cap', 'cap_of_kind'].includes(refusal)).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['stopped', [], 'stopped'],
    ['less', ['2026-06-02'], 'less'],
    ['less', ['2026-06-01'], null],
    ['all', ['2026-06-15'], 'cap'],
    ['all', ['2026-06-09', '2026-06-12'], 'cap'],
    ['all', ['2026-06-08', '2026-06-12'], null],
  ] as const)('on 15 June, %s after %j: %s', (marketing, days, refusal) => {
    const push = { day: '2026-06-15', kind: 'offer' };
    expect(refuseMarketing({ marketing, past: on(days) }, push, rules)).toBe(refusal);
  });

  it.each([
    ['perFourteenDays', ['2026-06-02'], 'cap'],
    ['perFourteenDays', ['2026-06-01'], null],
    ['perThirtyDays', ['2026-05-17'], 'cap'],
    ['perThirtyDays', ['2026-05-16'], null],
  ] as const)('%s of one, on 15 June after %j: %s', (window, days, refusal) => {
    const caps = { ...usual, [window]: 1 };
    const push = { day: '2026-06-15', kind: 'offer' };
    expect(refuseMarketing({ marketing: 'all', past: on(days) }, push, { caps, lessDays: 14 })).toBe(refusal);
  });

  it('of a kind count that kind only', () => {
    const caps = { ...usual, byKind: { news: { ...none, perThirtyDays: 1 } } };
    const past = on(['2026-06-01'], 'news');
    const ask = (kind: string) =>
      refuseMarketing({ marketing: 'all', past }, { day: '2026-06-15', kind }, { caps, lessDays: 14 });
    expect(ask('news')).toBe('cap_of_kind');
    expect(ask('offer')).toBeNull();
  });

  it('read what was stored when there were only those of a day and of seven', () => {
    const stored = {
      quietHours: { from: '21:00', until: '09:00' },
      caps: { perDay: 1, perSevenDays: 2 },
      lessDays: 14,
      notices: {},
    };
    expect(reachPolicy.schema.parse(stored)).toMatchObject({ caps: usual, quotaReservePercent: 5 });
  });
});

it('waits longer with each try, up to a minute, never the same for all', () => {
  expect([1, 2, 3, 4].map((tries) => backOff(tries, 1))).toEqual([250, 500, 1_000, 2_000]);
  expect(backOff(30, 1)).toBe(60_000);
  expect(backOff(1, 0)).toBe(125);
});
