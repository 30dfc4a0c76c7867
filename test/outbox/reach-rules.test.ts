import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, timeInZone } from '#foundation/clock.ts';
import { endOfQuiet, isQuiet, refuseMarketing } from '#outbox/reach-rules.ts';
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
  const rules = { caps: { perDay: 1, perSevenDays: 2 }, lessDays: 14 };
  it('never let more through than they say, whatever the days', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 }), (gaps) => {
        const sentOn: string[] = [];
        let day = '2026-01-01';
        for (const gap of gaps) {
          day = addDays(day, gap);
          if (refuseMarketing({ marketing: 'all', sentOn }, day, rules) === null) sentOn.push(day);
          expect(sentOn.filter((other) => other === day).length).toBeLessThanOrEqual(1);
          expect(sentOn.filter((other) => other > addDays(day, -7)).length).toBeLessThanOrEqual(2);
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
  ] as const)('on 15 June, %s after %j: %s', (marketing, sentOn, refusal) => {
    expect(refuseMarketing({ marketing, sentOn }, '2026-06-15', rules)).toBe(refusal);
  });
});

it('waits longer with each try, up to a minute, never the same for all', () => {
  expect([1, 2, 3, 4].map((tries) => backOff(tries, 1))).toEqual([250, 500, 1_000, 2_000]);
  expect(backOff(30, 1)).toBe(60_000);
  expect(backOff(1, 0)).toBe(125);
});
