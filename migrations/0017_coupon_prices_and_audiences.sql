-- Coupons that cost points, and coupons for named groups of people.

create table audiences (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  name text not null check (char_length(name) between 1 and 60),
  created_at timestamptz not null
);
comment on table audiences is 'A named group of people, whoever put it together: coupons can be for it.';

create table audience_members (
  audience_id bigint not null references audiences,
  member_id bigint not null references members,
  added_at timestamptz not null,
  primary key (audience_id, member_id)
);
create index audience_members_member on audience_members (member_id);
comment on table audience_members is 'Who is in an audience.';

alter table coupons
  add column points_price integer check (points_price between 1 and 1000000),
  add column audience_keys text[] check (cardinality(audience_keys) > 0),
  add check (points_price is null or is_claimable);
comment on column coupons.points_price is 'Points that a claim costs; null = it is free. What rules give is always free.';
comment on column coupons.audience_keys is 'Whose members may claim it; any one of them is enough.';

update coupons set channels = array['online'] where reward_kind = 'free_shipping';
alter table coupons
  add constraint coupons_shipping_online check (reward_kind <> 'free_shipping' or channels = array['online']);

alter table coupon_claims add column points_paid integer check (points_paid > 0);
comment on column coupon_claims.points_paid is 'Points that the member paid for it; null = nothing.';
