import { describe, expect, it } from 'vitest';
import type { Offer } from '#features/coupons/coupon-reads.ts';
import { tellCondition } from '#features/coupons/ticket-messages.ts';
import type { Locale } from '#foundation/i18n.ts';

const title = { 'zh-TW': '茶葉折 NT$50', en: 'NT$50 off tea', ja: 'お茶 NT$50 OFF' };
const offer: Offer = {
  couponId: 1,
  couponKey: 'tea',
  title,
  reward: { kind: 'amount_off', amountTwd: 50 },
  tierKeys: null,
  audienceKeys: null,
  pointsPrice: null,
  perMember: 1,
  storeCodes: ['a'],
  channels: ['store'],
  categories: ['茶葉', '餐具'],
  minSpendTwd: 500,
};
const tell = (locale: Locale, over: Partial<Offer> = {}) =>
  tellCondition({ locale, storeNames: new Map([['a', '信義店']]) }, { ...offer, ...over });

describe('what a coupon asks for', () => {
  it('quotes the names that the brand gave where they stand in another language', () => {
    expect(tell('zh-TW')).toBe('滿 NT$500，限門市，限茶葉、餐具，限信義店');
    expect(tell('en')).toBe('Spend NT$500; in stores only; "茶葉", "餐具" only; "信義店" only');
    expect(tell('ja')).toContain('「茶葉」・「餐具」のみ');
    expect(tell('ja')).toContain('「信義店」のみ');
  });

  it('quotes no sign for what is left out', () => {
    expect(
      tell('en', { categories: ['茶葉', '香氛', '餐具', '文具'], storeCodes: null, channels: null }),
    ).toMatch(/^Spend NT\$500; ("\p{Script=Han}+", )+… only$/u);
  });
});
