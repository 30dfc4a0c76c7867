-- Coupons, referrals, tiers.

create table coupons (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  title jsonb not null check (title ? 'zh-TW'),
  reward_kind text not null check (reward_kind in ('amount_off', 'percent_off', 'gift', 'free_shipping')),
  amount_off_twd integer check (amount_off_twd > 0),
  percent_off smallint check (percent_off between 1 and 99),
  percent_off_max_twd integer check (percent_off_max_twd > 0),
  gift_name jsonb check (gift_name ? 'zh-TW'),
  min_spend_twd integer not null default 0 check (min_spend_twd >= 0),
  store_codes text[] check (cardinality(store_codes) > 0),
  categories text[] check (cardinality(categories) > 0),
  channels text[] check (channels <@ array['store', 'online'] and cardinality(channels) > 0),
  tier_keys text[] check (cardinality(tier_keys) > 0),
  is_claimable boolean not null,
  claim_from timestamptz,
  claim_until timestamptz,
  valid_days integer check (valid_days > 0),
  valid_until date,
  quota integer check (quota >= 0),
  claimed_count integer not null default 0 check (claimed_count >= 0),
  per_member integer not null default 1 check (per_member > 0),
  created_at timestamptz not null,
  withdrawn_at timestamptz,
  check (quota is null or claimed_count <= quota),
  check (claim_from is null or claim_until is null or claim_from < claim_until),
  check (num_nonnulls(valid_days, valid_until) = 1),
  check ((reward_kind = 'amount_off') = (amount_off_twd is not null)),
  check ((reward_kind = 'percent_off') = (percent_off is not null)),
  check (percent_off_max_twd is null or reward_kind = 'percent_off'),
  check ((reward_kind = 'gift') = (gift_name is not null))
);
comment on table coupons is 'What a coupon gives, to whom, until when. Titles per language; zh-TW always.';
comment on column coupons.is_claimable is 'Members may claim it in the chat; otherwise only flows and rules issue it.';

create table coupon_claims (
  id bigint generated always as identity primary key,
  coupon_id bigint not null references coupons,
  member_id bigint not null references members,
  seq integer not null check (seq > 0),
  issue_key text not null unique,
  state text not null default 'held' check (state in ('held', 'redeemed', 'ended', 'void')),
  claimed_at timestamptz not null,
  ends_on date not null,
  redeemed_at timestamptz,
  redeemed_store_id bigint references stores,
  redeemed_receipt_no text,
  redeemed_purchase_id bigint references purchases,
  redeem_key text unique,
  voided_at timestamptz,
  void_reason text,
  unique (coupon_id, member_id, seq),
  check ((state = 'redeemed') = (redeemed_at is not null and redeem_key is not null and redeemed_store_id is not null)),
  check ((state = 'void') = (voided_at is not null and void_reason is not null))
);
create index coupon_claims_member on coupon_claims (member_id, state, ends_on);
create index coupon_claims_ending on coupon_claims (ends_on) where state = 'held';
create index coupon_claims_store on coupon_claims (redeemed_store_id) where redeemed_store_id is not null;
create index coupon_claims_purchase on coupon_claims (redeemed_purchase_id) where redeemed_purchase_id is not null;
comment on table coupon_claims is 'A coupon in a member''s hand, bound to the member; ends_on is inclusive, in the brand''s zone.';

create table coupon_redemptions (
  id bigint generated always as identity primary key,
  claim_id bigint not null references coupon_claims,
  store_id bigint not null references stores,
  receipt_no text not null,
  receipt_on date not null,
  purchase_id bigint references purchases,
  redeemed_at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  undone_at timestamptz,
  undone_reason text,
  check ((undone_at is null) = (undone_reason is null))
);
create unique index coupon_redemptions_live on coupon_redemptions (claim_id) where undone_at is null;
create index coupon_redemptions_receipt on coupon_redemptions (store_id, receipt_no, receipt_on);
create index coupon_redemptions_purchase on coupon_redemptions (purchase_id) where purchase_id is not null;
comment on column coupon_redemptions.receipt_on is 'Business day of the receipt: with store and number it names the purchase, which may come later.';
comment on table coupon_redemptions is 'Each use of a coupon and its undoing; at most one living use per claim.';

create table coupon_once_keys (
  purpose text not null,
  holder text not null,
  given_at timestamptz not null,
  primary key (purpose, holder)
);
comment on table coupon_once_keys is
  'By what a gift was given once: the member, and hashes of the phone and the LINE account it was given under. Outlives claims and erasure.';

create view coupons_published_claims as
  select c.id, c.coupon_id, d.key as coupon_key, d.title, c.member_id, c.state, c.claimed_at, c.ends_on, c.issue_key
  from coupon_claims c join coupons d on d.id = c.coupon_id;
comment on view coupons_published_claims is 'Claims for set-based reading by other rooms.';

create table referral_codes (
  member_id bigint primary key references members,
  code text not null unique check (code ~ '^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{8}$'),
  created_at timestamptz not null
);
comment on table referral_codes is 'A member''s invitation code, without look-alikes.';

create table referrals (
  invitee_id bigint primary key references members,
  inviter_id bigint not null references members,
  received_at timestamptz not null,
  bound_at timestamptz,
  first_purchase_id bigint unique references purchases,
  state text not null check (state in ('received', 'bound', 'rewarded', 'refused')),
  refused_reason text,
  rewarded_at timestamptz,
  check (invitee_id <> inviter_id),
  check ((state = 'rewarded') = (rewarded_at is not null)),
  check ((state = 'refused') = (refused_reason is not null))
);
create index referrals_inviter on referrals (inviter_id, state);
create index referrals_waiting on referrals (first_purchase_id) where state = 'bound';
comment on table referrals is 'Who brought whom: one inviter for ever.';

create table tier_memberships (
  id bigint generated always as identity primary key,
  member_id bigint not null references members,
  tier_key text not null,
  policy_version integer not null,
  reason text not null check (reason in ('joined', 'risen', 'withdrawn', 'kept', 'fallen', 'imported')),
  cause_purchase_id bigint references purchases,
  since timestamptz not null,
  review_on date,
  until timestamptz,
  check (until is null or until >= since)
);
create unique index tier_memberships_live on tier_memberships (member_id) where until is null;
create index tier_memberships_member on tier_memberships (member_id, since);
create index tier_memberships_cause on tier_memberships (cause_purchase_id) where cause_purchase_id is not null;
comment on table tier_memberships is 'A member''s tier over time, one at a time; no living row = the first tier.';
