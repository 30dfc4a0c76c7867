import { describe, expect, it } from 'vitest';
import { birthdayInYear, birthdaysKeptOn, isKeptEarly } from '#features/flows/birthday-rules.ts';
import { addDays, dateInZone, instantInZone } from '#foundation/clock.ts';

/** All 366 birthdays: the days of a leap year. */
const birthdays = Array.from({ length: 366 }, (_, at) => {
  const [, month = 0, day = 0] = addDays('2028-01-01', at).split('-').map(Number);
  return { month, day };
});
const days = Array.from({ length: 1461 }, (_, at) => addDays('2025-01-01', at));

describe('birthdays', () => {
  it.each(['UTC', 'Asia/Taipei', 'America/Los_Angeles', 'Pacific/Kiritimati'])(
    'each of 366 birthdays is kept once in each of four years, at nine in %s',
    (zone) => {
      const kept = new Map<string, number>();
      for (const day of days) {
        const today = dateInZone(instantInZone(day, '09:00', zone), zone);
        for (const { month, day: birthDay } of birthdays) {
          if (birthdayInYear(month, birthDay, Number(today.slice(0, 4))) !== today) continue;
          const key = `${today.slice(0, 4)}:${month}/${birthDay}`;
          kept.set(key, (kept.get(key) ?? 0) + 1);
        }
      }
      expect(kept.size).toBe(4 * 366);
      expect([...kept.values()].every((count) => count === 1)).toBe(true);
    },
  );

  it('29 February is kept on 28 February in common years, and the wish says so', () => {
    expect([2025, 2026, 2027, 2028, 2100, 2000].map((year) => birthdayInYear(2, 29, year))).toEqual([
      '2025-02-28',
      '2026-02-28',
      '2027-02-28',
      '2028-02-29',
      '2100-02-28',
      '2000-02-29',
    ]);
    expect(isKeptEarly(2, 29, '2027-02-28')).toBe(true);
    expect(isKeptEarly(2, 29, '2028-02-29')).toBe(false);
    expect(isKeptEarly(2, 28, '2027-02-28')).toBe(false);
  });

  it('are found by the day on which they are kept, each by that one alone', () => {
    for (const on of [...days, '2000-02-28', '2000-02-29', '2100-02-28', '2100-03-01']) {
      const kept = birthdays.filter(
        ({ month, day }) => birthdayInYear(month, day, Number(on.slice(0, 4))) === on,
      );
      expect(birthdaysKeptOn(on), on).toEqual(kept);
    }
  });
});
