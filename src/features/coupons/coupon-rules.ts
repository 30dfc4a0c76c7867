import { addDays } from '#foundation/clock.ts';
import { type Locale, locales } from '#foundation/i18n.ts';

/** Words of a marketer: zh-TW always, the others where they were given. */
export type CouponText = { 'zh-TW': string; en?: string | undefined; ja?: string | undefined };

export type RewardKind = 'amount_off' | 'percent_off' | 'gift' | 'free_shipping';
export type Channel = 'store' | 'online';

/** Days by which a coupon lives on when its end passed while it was used up in a purchase that came back. */
const daysAfterUndoing = 7;

/** A text in every language, zh-TW standing in where one is missing. */
export function fillText(text: CouponText): Record<Locale, string> {
  return Object.fromEntries(locales.map((locale) => [locale, text[locale] ?? text['zh-TW']])) as Record<
    Locale,
    string
  >;
}

/** The last day (inclusive) of a coupon taken today, or null when it could not be used even today. */
export function endOfClaim(
  coupon: { validDays: number | null; validUntil: string | null },
  today: string,
): string | null {
  const endsOn = coupon.validUntil ?? addDays(today, coupon.validDays ?? 0);
  return endsOn < today ? null : endsOn;
}

/** The last day of a coupon whose use was undone: its old one, or a week from today if that has passed. */
export function endAfterUndoing(endsOn: string, today: string): string {
  return endsOn >= today ? endsOn : addDays(today, daysAfterUndoing);
}

/** So far apart may lie a coupon's use by itself and the receipt of the same number that names it. */
export const sameReceiptHours = 12;

/**
 * Whether a use was for this receipt: same store and number, and the same business day; or, as long as no purchase
 * is tied to the use, at most 12 hours apart, for a till may redeem before midnight and close the receipt after it.
 */
export function isSameReceipt(
  use: { storeId: number; receiptNo: string; receiptOn: string; redeemedAt: Date; isTied: boolean },
  receipt: { storeId: number; receiptNo: string; receiptOn: string; at: Date },
): boolean {
  if (use.storeId !== receipt.storeId || use.receiptNo !== receipt.receiptNo) return false;
  if (use.receiptOn === receipt.receiptOn) return true;
  const apartMs = Math.abs(use.redeemedAt.getTime() - receipt.at.getTime());
  return !use.isTied && apartMs <= sameReceiptHours * 3_600_000;
}

/** What a coupon asks of the purchase it is used in; null means anything goes. */
export type CouponTerms = {
  storeCodes: readonly string[] | null;
  channels: readonly Channel[] | null;
  categories: readonly string[] | null;
  minSpendTwd: number;
};

/**
 * What is bought: prices before any discount (quantity × unit price), because a till may have spread this very
 * coupon over the lines. Null where the till does not say, as when a coupon is redeemed by itself.
 */
export type Basket = readonly { category: string; priceTwd: number }[] | null;

export type TermsRefusal = 'other_store' | 'other_channel' | 'other_category' | 'below_min_spend';

/** Why a coupon does not fit a purchase, or null. The minimum counts the lines that the coupon is good for. */
export function checkTerms(
  terms: CouponTerms,
  use: { storeCode: string; channel: Channel; basket: Basket },
): TermsRefusal | null {
  if (terms.storeCodes && !terms.storeCodes.includes(use.storeCode)) return 'other_store';
  if (terms.channels && !terms.channels.includes(use.channel)) return 'other_channel';
  if (use.basket === null) return null;
  const { categories } = terms;
  const lines = categories ? use.basket.filter((line) => categories.includes(line.category)) : use.basket;
  if (categories && lines.length === 0) return 'other_category';
  const spent = lines.reduce((sum, line) => sum + line.priceTwd, 0);
  return spent < terms.minSpendTwd ? 'below_min_spend' : null;
}
