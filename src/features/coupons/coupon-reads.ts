import type { Selectable } from 'kysely';
import type { Db } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type CouponTerms, fillText } from './coupon-rules.ts';
import type { CouponsTable } from './tables.ts';

export type Reward =
  | { kind: 'amount_off'; amountTwd: number }
  | { kind: 'percent_off'; percent: number; maxTwd: number | null }
  | { kind: 'gift'; name: Record<Locale, string> }
  | { kind: 'free_shipping' };

/** What a coupon gives and asks for. */
export type Offer = CouponTerms & {
  couponId: number;
  couponKey: string;
  title: Record<Locale, string>;
  reward: Reward;
  tierKeys: readonly string[] | null;
  audienceKeys: readonly string[] | null;
  /** Points that a claim costs, or null. */
  pointsPrice: number | null;
  perMember: number;
};

export const offerColumns = [
  'coupon.id',
  'coupon.key',
  'coupon.title',
  'coupon.reward_kind',
  'coupon.amount_off_twd',
  'coupon.percent_off',
  'coupon.percent_off_max_twd',
  'coupon.gift_name',
  'coupon.min_spend_twd',
  'coupon.store_codes',
  'coupon.categories',
  'coupon.channels',
  'coupon.tier_keys',
  'coupon.audience_keys',
  'coupon.points_price',
  'coupon.per_member',
] as const;

export type OfferRow = Pick<
  Selectable<CouponsTable>,
  (typeof offerColumns)[number] extends `coupon.${infer Column extends keyof CouponsTable}` ? Column : never
>;

export function toOffer(row: OfferRow): Offer {
  return {
    couponId: row.id,
    couponKey: row.key,
    title: fillText(row.title),
    reward: toReward(row),
    storeCodes: row.store_codes,
    channels: row.channels,
    categories: row.categories,
    minSpendTwd: row.min_spend_twd,
    tierKeys: row.tier_keys,
    audienceKeys: row.audience_keys,
    pointsPrice: row.points_price,
    perMember: row.per_member,
  };
}

/** The table's checks say which columns a kind of reward has. */
function toReward(row: OfferRow): Reward {
  switch (row.reward_kind) {
    case 'amount_off':
      return { kind: 'amount_off', amountTwd: row.amount_off_twd ?? 0 };
    case 'percent_off':
      return { kind: 'percent_off', percent: row.percent_off ?? 0, maxTwd: row.percent_off_max_twd };
    case 'gift':
      return { kind: 'gift', name: fillText(row.gift_name ?? row.title) };
    case 'free_shipping':
      return { kind: 'free_shipping' };
  }
}

/** What a coupon is called in every language, or null when there is none or it was withdrawn. */
export async function readCouponTitle(db: Db, couponKey: string): Promise<Record<Locale, string> | null> {
  const coupon = await db
    .selectFrom('coupons')
    .select('title')
    .where('key', '=', couponKey)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return coupon ? fillText(coupon.title) : null;
}

/** The titles of all coupons that have not been withdrawn, by key. */
export async function readCouponTitles(db: Db): Promise<ReadonlyMap<string, Record<Locale, string>>> {
  const rows = await db
    .selectFrom('coupons')
    .select(['key', 'title'])
    .where('withdrawn_at', 'is', null)
    .execute();
  return new Map(rows.map(({ key, title }) => [key, fillText(title)]));
}

/**
 * What each coupon takes off at most, NT$, by key; null where that cannot be said: gifts, free shipping, and percent
 * without a ceiling.
 */
export async function readCouponWorths(db: Db): Promise<ReadonlyMap<string, number | null>> {
  const rows = await db
    .selectFrom('coupons')
    .select(['key', 'amount_off_twd', 'percent_off_max_twd'])
    .execute();
  return new Map(rows.map((row) => [row.key, row.amount_off_twd ?? row.percent_off_max_twd]));
}
