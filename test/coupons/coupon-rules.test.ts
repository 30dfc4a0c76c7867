import { describe, expect, it } from 'vitest';
import { checkTerms, endAfterUndoing, endOfClaim, fillText } from '#features/coupons/coupon-rules.ts';
import { requiredTier } from '#features/coupons/tier-rules.ts';

const free = { storeCodes: null, channels: null, categories: null, minSpendTwd: 0 };
const use = { storeCode: 'xinyi', channel: 'store' as const, basket: null };

describe('the end of a coupon', () => {
  it.each([
    ['days after the day of the claim', { validDays: 30, validUntil: null }, '2026-12-21'],
    ['a fixed day', { validDays: null, validUntil: '2026-12-31' }, '2026-12-31'],
    ['today itself', { validDays: null, validUntil: '2026-11-21' }, '2026-11-21'],
    ['nothing once the fixed day is over', { validDays: null, validUntil: '2026-11-20' }, null],
  ])('is %s', (_, coupon, end) => {
    expect(endOfClaim(coupon, '2026-11-21')).toBe(end);
  });

  it('stays as it was when a use is undone, or moves a week on once it has passed', () => {
    expect(endAfterUndoing('2026-11-21', '2026-11-21')).toBe('2026-11-21');
    expect(endAfterUndoing('2026-11-20', '2026-11-21')).toBe('2026-11-28');
  });
});

describe('the terms of a coupon', () => {
  it('let anything pass where they ask for nothing', () => {
    expect(checkTerms(free, use)).toBeNull();
  });

  it.each([
    ['other_store', { ...free, storeCodes: ['east'] }, use],
    ['other_channel', { ...free, channels: ['online' as const] }, use],
    [
      'other_category',
      { ...free, categories: ['tea'] },
      { ...use, basket: [{ category: 'cake', priceTwd: 900 }] },
    ],
    [
      'below_min_spend',
      { ...free, minSpendTwd: 500 },
      { ...use, basket: [{ category: 'cake', priceTwd: 499 }] },
    ],
    [
      'below_min_spend',
      { ...free, categories: ['tea'], minSpendTwd: 500 },
      {
        ...use,
        basket: [
          { category: 'cake', priceTwd: 900 },
          { category: 'tea', priceTwd: 499 },
        ],
      },
    ],
  ])('refuse with %s', (reason, terms, at) => {
    expect(checkTerms(terms, at)).toBe(reason);
  });

  it('accept exactly the minimum', () => {
    expect(
      checkTerms({ ...free, minSpendTwd: 500 }, { ...use, basket: [{ category: 'cake', priceTwd: 500 }] }),
    ).toBeNull();
  });
});

describe('a title', () => {
  it('falls back to zh-TW', () => {
    expect(fillText({ 'zh-TW': '折價券', en: 'Coupon' })).toEqual({
      'zh-TW': '折價券',
      en: 'Coupon',
      ja: '折價券',
    });
  });
});

describe('the tier that a coupon needs', () => {
  const tier = (key: string, distanceTwd: number) => ({
    key,
    name: { 'zh-TW': key, en: key, ja: key },
    distanceTwd,
  });
  const standing = {
    key: 'silver',
    tiers: [tier('general', 0), tier('silver', 0), tier('gold', 2300), tier('vip', 9000)],
  };

  it('is the nearest one above the member, else the lowest of them', () => {
    expect(requiredTier(standing, ['vip', 'gold'])?.key).toBe('gold');
    expect(requiredTier(standing, ['general'])?.key).toBe('general');
    expect(requiredTier(standing, ['gone'])).toBeNull();
  });
});
