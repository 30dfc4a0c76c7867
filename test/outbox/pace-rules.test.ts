import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineEndpoints, lineLimits } from '#line/limit-rules.ts';
import { choosePaces, estimateOffset, paceTerms } from '#outbox/pace-rules.ts';

/** The most calls that leave within any `spanMs` when each slot is used as early or as late as it may. */
const most = (spanMs: number, { gapMs, graceMs }: { gapMs: number; graceMs: number }) =>
  Math.floor((spanMs + graceMs) / gapMs) + 1;

describe('the terms of a pace', () => {
  it.each(lineEndpoints)(
    'of %s keep nine tenths over ten seconds, and LINE’s limit in every second',
    (endpoint) => {
      const perSecond = choosePaces()[endpoint];
      const terms = paceTerms(endpoint, perSecond);
      expect(perSecond).toBe(lineLimits[endpoint] * 0.9);
      expect(most(10_000, terms)).toBeLessThanOrEqual(10 * perSecond);
      expect(most(1_000, terms)).toBeLessThanOrEqual(lineLimits[endpoint]);
      expect(terms.graceMs).toBeGreaterThanOrEqual(60);
    },
  );

  it('hold for every pace that may be chosen', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...lineEndpoints),
        fc.double({ min: 0.001, max: 0.95, noNaN: true }),
        (endpoint, share) => {
          const perSecond = Math.max(1, Math.round(lineLimits[endpoint] * share));
          const terms = paceTerms(endpoint, perSecond);
          expect(most(10_000, terms)).toBeLessThanOrEqual(10 * perSecond);
          expect(most(1_000, terms)).toBeLessThanOrEqual(lineLimits[endpoint]);
          expect(terms.graceMs).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('leave room for calls that were stalled on their way', () => {
    const { gapMs, graceMs } = paceTerms('push', 1_800);
    expect(most(1_000, { gapMs, graceMs: graceMs + 40 })).toBeLessThanOrEqual(2_000);
    expect(most(10_000, { gapMs, graceMs: graceMs + 70 })).toBeLessThanOrEqual(18_000);
  });

  it('give up no more than two in a hundred of a pace of 1,800', () => {
    expect(1_000 / paceTerms('push', 1_800).gapMs).toBeGreaterThan(1_775);
  });
});

describe("the database's clock", () => {
  it('is known by the answer that came quickest', () => {
    const samples = [
      { databaseMs: 1_000_000, askedMs: 100, toldMs: 900 },
      { databaseMs: 1_000_500, askedMs: 1_000, toldMs: 1_004 },
      { databaseMs: 1_001_000, askedMs: 1_400, toldMs: 1_700 },
    ];
    expect(estimateOffset(samples)).toBe(1_002 - 1_000_500);
  });
});
