-- Every claim counts on the coupon's row, where others wait for it. A table's checks are read anew by every statement
-- that writes it, so what a coupon is made of is checked where it is written, and a count asks for the count alone.

create function coupons_check_definition() returns trigger language plpgsql as $$
declare broken text;
begin
  select rule into broken from (values
    ('key', new.key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
    ('title', new.title ? 'zh-TW'),
    ('reward_kind', new.reward_kind in ('amount_off', 'percent_off', 'gift', 'free_shipping')),
    ('amount_off', (new.reward_kind = 'amount_off') = (new.amount_off_twd is not null) and coalesce(new.amount_off_twd, 1) > 0),
    ('percent_off', (new.reward_kind = 'percent_off') = (new.percent_off is not null) and coalesce(new.percent_off, 1) between 1 and 99),
    ('percent_off_max', new.percent_off_max_twd is null or (new.reward_kind = 'percent_off' and new.percent_off_max_twd > 0)),
    ('gift_name', (new.reward_kind = 'gift') = (new.gift_name is not null) and (new.gift_name is null or new.gift_name ? 'zh-TW')),
    ('min_spend', new.min_spend_twd >= 0),
    ('store_codes', cardinality(new.store_codes) > 0),
    ('categories', cardinality(new.categories) > 0),
    ('channels', new.channels <@ array['store', 'online'] and cardinality(new.channels) > 0),
    ('tier_keys', cardinality(new.tier_keys) > 0),
    ('audience_keys', cardinality(new.audience_keys) > 0),
    ('shipping_online', new.reward_kind <> 'free_shipping' or new.channels = array['online']),
    ('points_price', new.points_price is null or (new.is_claimable and new.points_price between 1 and 1000000)),
    ('claim_days', new.claim_from is null or new.claim_until is null or new.claim_from < new.claim_until),
    ('valid_days', num_nonnulls(new.valid_days, new.valid_until) = 1 and coalesce(new.valid_days, 1) > 0),
    ('per_member', new.per_member > 0)
  ) rules(rule, holds) where holds is false limit 1;
  if broken is not null then
    raise exception 'coupon %: its % breaks a check', new.key, broken
      using errcode = 'check_violation', constraint = 'coupons_' || broken, table = 'coupons';
  end if;
  return new;
end $$;

do $$
declare name text;
begin
  for name in select conname from pg_constraint
    where conrelid = 'coupons'::regclass and contype = 'c'
      and conname not in ('coupons_check', 'coupons_claimed_count_check', 'coupons_quota_check') loop
    execute format('alter table coupons drop constraint %I', name);
  end loop;
end $$;

create trigger coupons_definition before insert or update of
    key, title, reward_kind, amount_off_twd, percent_off, percent_off_max_twd, gift_name, min_spend_twd, store_codes,
    categories, channels, tier_keys, audience_keys, is_claimable, points_price, claim_from, claim_until, valid_days,
    valid_until, per_member
  on coupons for each row execute function coupons_check_definition();
comment on function coupons_check_definition() is
  'What a coupon may be made of. The quota stands in checks of the table, for it is what every claim is asked about.';
