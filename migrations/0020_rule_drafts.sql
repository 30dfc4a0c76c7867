-- Drafts of the brand's rules, and returns as they happened for whoever replays the past.

create table rule_drafts (
  id bigint generated always as identity primary key,
  section text not null check (section ~ '^[a-z_]{1,40}$'),
  data jsonb not null,
  based_on_version integer not null check (based_on_version > 0),
  comment text check (length(comment) between 1 and 300),
  state text not null default 'open' check (state in ('open', 'published', 'dropped')),
  revision integer not null default 1 check (revision > 0),
  author_id bigint not null references staff_accounts,
  changed_by_id bigint not null references staff_accounts,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  closed_by_id bigint references staff_accounts,
  closed_at timestamptz,
  published_version integer check (published_version > 0),
  check ((state = 'open') = (closed_at is null)),
  check ((closed_at is null) = (closed_by_id is null)),
  check ((state = 'published') = (published_version is not null))
);
create index rule_drafts_state on rule_drafts (state, section, id);
create index rule_drafts_author on rule_drafts (author_id);
create index rule_drafts_changed_by on rule_drafts (changed_by_id);
create index rule_drafts_closed_by on rule_drafts (closed_by_id);
create unique index rule_drafts_published on rule_drafts (section, published_version) where state = 'published';
comment on table rule_drafts is
  'Rules that somebody is working on: one section each, on the version they began from. What is published stands in brand_policies.';
comment on column rule_drafts.revision is 'Counts up with every change, so that two who edit at once do not overwrite each other.';

create view purchases_published_returns as
  select r.id, r.purchase_id, p.member_id, p.purchased_on, r.returned_on, r.returned_at, r.amount_twd, r.is_full, r.is_history
  from purchase_returns r join purchases p on p.id = r.purchase_id;
comment on view purchases_published_returns is 'Return slips with their purchase''s day and member, for set-based reading by other rooms.';
