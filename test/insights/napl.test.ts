import { describe, expect, it } from 'vitest';
import { lastPurchaseOfPassing, naplStage } from '#features/insights/napl-rules.ts';
import { addDays } from '#foundation/clock.ts';

const last = '2026-03-01';

describe('NAPL', () => {
  it.each([
    [0, null, 0, null],
    [1, last, 0, 'N'],
    [1, last, 90, 'N'],
    [1, last, 91, 'L'],
    [2, last, 90, 'A'],
    [2, last, 91, 'P'],
    [7, last, 0, 'A'],
    [7, last, 400, 'P'],
  ] as const)('%i purchases, the last on %s, %i days ago: %s', (validCount, lastPurchaseOn, days, stage) => {
    expect(naplStage({ validCount, lastPurchaseOn }, addDays(last, days), 90)).toBe(stage);
  });

  it('a second purchase on the same day makes a repeat buyer', () => {
    expect(naplStage({ validCount: 2, lastPurchaseOn: last }, last, 90)).toBe('A');
  });

  it('the day of passing is the first outside the window, over leap days and years', () => {
    for (const from of ['2026-03-01', '2027-12-15', '2028-02-28']) {
      for (const windowDays of [30, 90, 365]) {
        const on = addDays(from, windowDays + 1);
        expect(lastPurchaseOfPassing(on, windowDays)).toBe(from);
        expect(naplStage({ validCount: 1, lastPurchaseOn: from }, on, windowDays)).toBe('L');
        expect(naplStage({ validCount: 1, lastPurchaseOn: from }, addDays(on, -1), windowDays)).toBe('N');
      }
    }
  });
});
