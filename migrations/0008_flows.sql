-- Automatic flows: definitions, words, entries.

create table flows (
  key text primary key check (key ~ '^[a-z_]{1,40}$'),
  is_on boolean not null default false,
  switched_on_at timestamptz,
  rank smallint not null,
  settings jsonb not null default '{}',
  check (not is_on or switched_on_at is not null)
);
comment on table flows is 'Automatic flows; switching one on never reaches back. Lower rank goes first when the cap is short.';

create table flow_words (
  flow_key text not null references flows,
  step text not null,
  locale text not null check (locale in ('zh-TW', 'en', 'ja')),
  words jsonb not null,
  primary key (flow_key, step, locale)
);
comment on table flow_words is 'What the marketer writes: sentences of a step per language, with {variables}.';

create table flow_entries (
  id bigint generated always as identity primary key,
  flow_key text not null references flows,
  member_id bigint not null references members,
  occasion text not null check (length(occasion) between 1 and 120),
  step text not null,
  planned_for date not null,
  state text not null check (state in ('planned', 'sent', 'skipped')),
  reason text,
  coupon_claim_id bigint references coupon_claims,
  outbox_id bigint references outbox_messages,
  created_at timestamptz not null,
  unique (flow_key, member_id, occasion),
  check (state <> 'skipped' or reason is not null)
);
create index flow_entries_member on flow_entries (member_id);
create index flow_entries_outbox on flow_entries (outbox_id) where outbox_id is not null;
create index flow_entries_claim on flow_entries (coupon_claim_id) where coupon_claim_id is not null;
comment on table flow_entries is 'Who entered which flow for which occasion, once; every exclusion with its reason.';
