-- Tiers by rank and by score, reviews that are announced, and coupons that a tier gives.

create table tier_rankings (
  id bigint generated always as identity primary key,
  ranked_on date not null unique,
  mode text not null check (mode in ('percentile', 'score')),
  policy_version integer not null,
  member_count integer not null check (member_count >= 0),
  ranked_at timestamptz not null,
  applied_at timestamptz
);
comment on table tier_rankings is 'One ranking of all members a month; applied_at null = tiers are still being moved.';

create table tier_ranking_cuts (
  ranking_id bigint not null references tier_rankings,
  tier_key text not null,
  cut_twd bigint,
  min_score smallint,
  primary key (ranking_id, tier_key)
);
comment on table tier_ranking_cuts is
  'What each tier above the first took in a ranking: a net spend (null = nobody''s was enough), or a score.';

create table tier_places (
  member_id bigint primary key references members,
  ranking_id bigint not null references tier_rankings,
  net_twd bigint not null,
  purchase_count integer not null,
  active_days integer not null,
  place integer not null check (place > 0),
  score smallint not null check (score between 0 and 100),
  tier_key text not null
);
create index tier_places_ranking on tier_places (ranking_id, net_twd desc);
comment on table tier_places is
  'Where a member stood in the last ranking that they took part in, and the tier that this reaches. Who neither bought nor did anything nor holds a tier has none.';
comment on column tier_places.place is 'By net spend, 1 = the highest; equal spend, equal place.';

alter table tier_memberships
  drop constraint tier_memberships_reason_check,
  add constraint tier_memberships_reason_check check (reason in (
    'joined', 'risen', 'withdrawn', 'kept', 'raised', 'fallen', 'imported', 'ranked_up', 'ranked_down')),
  add column ranking_id bigint references tier_rankings,
  add column below_since date,
  add constraint tier_memberships_ranked check (ranking_id is null or reason in ('ranked_up', 'ranked_down'));
create index tier_memberships_ranking on tier_memberships (ranking_id) where ranking_id is not null;
comment on column tier_memberships.review_on is
  'The day on which it is looked at again; by rank or score, the first day on which it may be lost.';
comment on column tier_memberships.below_since is
  'The ranking that first found the member below this tier; null = not below, or still protected.';

create table tier_notices (
  membership_id bigint not null references tier_memberships,
  review_on date not null,
  days_before smallint not null,
  planned_at timestamptz not null,
  primary key (membership_id, review_on, days_before)
);
comment on table tier_notices is 'Which notice of a review was planned: once per membership, review day and step.';

create table tier_gifts (
  gift_key text primary key,
  membership_id bigint not null references tier_memberships,
  coupon_key text not null,
  claim_id bigint,
  refused text,
  given_at timestamptz not null,
  check ((claim_id is null) = (refused is not null))
);
create index tier_gifts_membership on tier_gifts (membership_id);
comment on table tier_gifts is
  'A coupon that a tier gave, once per key; refused = why there was none, and it is not tried again.';
