import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrastRatio, derivePalette } from '#line/palette-rules.ts';

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('derivePalette', () => {
  it.each([
    ['#0F5B4F', '#FFFFFF', '#E7EFED', '#0F5B4F'],
    ['#C8102E', '#FFFFFF', '#FAE7EA', '#C8102E'],
    ['#FFD400', '#000000', '#FFFBE6', '#856E00'],
    ['#F4A7B9', '#000000', '#FEF6F8', '#92646F'],
    ['#F28C28', '#000000', '#FEF4EA', '#A55F1B'],
  ])('derives the rest from %s', (brand, onBrand, brandTint, brandInk) => {
    expect(derivePalette(brand)).toMatchObject({ brand, onBrand, brandTint, brandInk });
  });

  it('keeps every text readable on every sheet it stands on, for any colour', () => {
    fc.assert(
      fc.property(colour, (brand) => {
        const p = derivePalette(brand);
        const texts: [string, string, number][] = [
          [p.onBrand, p.brand, 4.5],
          [p.brandInk, p.white, 4.5],
          [p.brandInk, p.brandTint, 4.5],
          [p.text, p.brandTint, 12.5],
          [p.muted, p.brandTint, 5.1],
          [p.muted, p.spent, 5.6],
          [p.alert, p.white, 6.6],
          [p.alert, p.alertTint, 5.6],
          [p.brandInk, p.track, 3.5],
          ...Object.values(p.tiers).map((tier): [string, string, number] => [p.white, tier, 4.5]),
        ];
        for (const [ink, sheet, least] of texts)
          expect(contrastRatio(ink, sheet)).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 1000 },
    );
  });

  it('reproduces the figures of the demo brand', () => {
    const p = derivePalette('#0f5b4f');
    const figures = [
      contrastRatio(p.brandInk, p.white),
      contrastRatio(p.brandInk, p.brandTint),
      contrastRatio(p.tiers.vip, p.white),
    ];
    expect(figures.map((ratio) => ratio.toPrecision(3))).toEqual(['7.99', '6.83', '14.7']);
  });

  it.each(['', '0F5B4F', '#0F5', '#0F5B4F80', 'red'])('refuses %j', (brand) => {
    expect(() => derivePalette(brand)).toThrow(RangeError);
  });
});
