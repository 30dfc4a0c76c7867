import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../support/database.ts';
import { makeCoupon } from './cast.ts';

const { db } = await openTestDatabase();
const { couponId } = await makeCoupon(db, { key: 'sound', quota: 5 });

const change = (what: string) =>
  sql`update coupons set ${sql.raw(what)} where id = ${couponId}`.execute(db).then(() => 'taken');
const copyWith = (columns: string, values: string) =>
  sql`insert into coupons (title, is_claimable, valid_days, created_at, ${sql.raw(columns)})
      values ('{"zh-TW": "x"}', true, 30, now(), ${sql.raw(values)})`
    .execute(db)
    .then(() => 'taken');

describe('the table of coupons', () => {
  it.each([
    "key = 'Not A Key'",
    `title = '{"en": "no title here"}'`,
    "reward_kind = 'surprise'",
    'amount_off_twd = 0',
    'amount_off_twd = null',
    'percent_off = 10',
    'percent_off_max_twd = 100',
    `gift_name = '{"zh-TW": "x"}'`,
    'min_spend_twd = -1',
    "store_codes = '{}'",
    "categories = '{}'",
    "channels = '{phone}'",
    "channels = '{}'",
    "tier_keys = '{}'",
    "audience_keys = '{}'",
    'points_price = 0',
    'points_price = 10, is_claimable = false',
    'claim_from = now(), claim_until = now()',
    'valid_days = null, valid_until = null',
    "valid_days = 30, valid_until = '2027-01-01'",
    'valid_days = 0, valid_until = null',
    'per_member = 0',
    'quota = -1',
    'claimed_count = -1',
    'claimed_count = 6',
    'quota = 3, claimed_count = 4',
  ])('refuses: %s', async (what) => {
    await expect(change(what)).rejects.toMatchObject({ code: '23514', table: 'coupons' });
  });

  it('refuses what is not made right from the beginning, and free shipping for stores', async () => {
    const broken = { code: '23514' };
    await expect(
      copyWith('key, reward_kind, amount_off_twd', "'Bad Key', 'amount_off', 50"),
    ).rejects.toMatchObject({ ...broken, constraint: 'coupons_key' });
    await expect(
      copyWith('key, reward_kind, percent_off', "'all-off', 'percent_off', 100"),
    ).rejects.toMatchObject({ ...broken, constraint: 'coupons_percent_off' });
    await expect(
      copyWith('key, reward_kind, channels', "'ship', 'free_shipping', '{store}'"),
    ).rejects.toMatchObject({ ...broken, constraint: 'coupons_shipping_online' });
    expect(await copyWith('key, reward_kind, channels', "'ship', 'free_shipping', '{online}'")).toBe('taken');
  });

  it('takes a count up to the quota', async () => {
    expect(await change('claimed_count = 5')).toBe('taken');
  });
});
