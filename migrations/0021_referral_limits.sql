-- Referrals: limits, titles for bringing friends, and farms of accounts.

alter table referrals
  add column inviter_refused_reason text check (inviter_refused_reason in ('life_cap')),
  add constraint referrals_inviter_refused check (inviter_refused_reason is null or state = 'rewarded');
comment on column referrals.inviter_refused_reason is
  'Why the inviter got nothing for this friend, who was rewarded all the same; null = both were.';

create table referral_milestones (
  id bigint generated always as identity primary key,
  member_id bigint not null references members,
  friends integer not null check (friends > 0),
  reached_at timestamptz not null,
  title jsonb not null check (title ? 'zh-TW'),
  coupon_key text,
  claim_id bigint references coupon_claims,
  unique (member_id, friends),
  check (claim_id is null or coupon_key is not null)
);
create index referral_milestones_claim on referral_milestones (claim_id) where claim_id is not null;
create index referral_milestones_owed on referral_milestones (id) where coupon_key is not null and claim_id is null;
comment on table referral_milestones is
  'Titles for having brought so many friends, once for ever; as the rules called them on that day.';
comment on column referral_milestones.coupon_key is 'The gift that the rules promised; claim_id is null until it was given.';

create table referral_suspicions (
  id bigint generated always as identity primary key,
  inviter_id bigint not null references members,
  sign text not null check (sign in ('burst', 'never_again', 'floor_amount', 'same_till')),
  evidence jsonb not null,
  found_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'released', 'refused')),
  decided_at timestamptz,
  reason text check (length(reason) between 1 and 400),
  check ((state = 'open') = (decided_at is null)),
  check ((decided_at is null) = (reason is null))
);
create index referral_suspicions_inviter on referral_suspicions (inviter_id);
create unique index referral_suspicions_open on referral_suspicions (inviter_id, sign) where state = 'open';
comment on table referral_suspicions is
  'What looks like a farm of accounts, by inviter and sign, with what was seen; a person releases or refuses it.';

create table referral_suspected_ties (
  suspicion_id bigint not null references referral_suspicions,
  invitee_id bigint not null references members,
  primary key (suspicion_id, invitee_id)
);
create index referral_suspected_ties_invitee on referral_suspected_ties (invitee_id);
comment on table referral_suspected_ties is
  'The friends that a suspicion is about: while it is open, none of them is rewarded.';

create view purchases_published_receipts as
  select p.id, p.store_id, p.receipt_no, p.purchased_on from purchases p;
comment on view purchases_published_receipts is 'The numbers on receipts, for people who look into something.';

-- A brand that has decided on rules of its own keeps them as they are.
insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data)
select section, 2, effective_from, 'system', 'migration', data || '{
  "minKeptPurchases": 2,
  "caps": { "perDay": 3, "perMonth": 10, "life": 100 },
  "milestones": [
    { "friends": 1, "title": { "zh-TW": "引路人", "en": "Pathfinder", "ja": "案内人" }, "couponKey": null },
    { "friends": 5, "title": { "zh-TW": "金牌引路人", "en": "Gold Pathfinder", "ja": "ゴールド案内人" }, "couponKey": null },
    { "friends": 10, "title": { "zh-TW": "首席引路人", "en": "Chief Pathfinder", "ja": "最高案内人" }, "couponKey": null }
  ]
}'::jsonb
from brand_policies b
where b.section = 'referrals' and b.version = 1 and b.actor_kind = 'system' and b.actor_id = 'migration'
  and not exists (select 1 from brand_policies o where o.section = 'referrals' and o.version > 1);
