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
  state text not null check (state in ('planned', 'skipped')),
  reason text,
  coupon_claim_id bigint references coupon_claims,
  outbox_id bigint references outbox_messages,
  created_at timestamptz not null,
  unique (flow_key, member_id, occasion),
  check ((state = 'skipped') = (reason is not null))
);
create index flow_entries_member on flow_entries (member_id);
create index flow_entries_outbox on flow_entries (outbox_id) where outbox_id is not null;
create index flow_entries_claim on flow_entries (coupon_claim_id) where coupon_claim_id is not null;
create index flow_entries_day on flow_entries (planned_for, flow_key, state);
comment on table flow_entries is
  'Who entered which flow for which occasion, once; every exclusion with its reason. What became of a planned one stands in its outbox row.';

create function flows_birthday_in_year(month integer, day integer, year integer) returns date
  language sql immutable strict parallel safe as $$
  select make_date(year, month, case
    when month = 2 and day = 29 and not (year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0)) then 28 else day end)
$$;
comment on function flows_birthday_in_year is
  'The day on which a birthday is kept in a year: 29 February on 28 February in common years.';

create view members_published_consents as
  select member_id, purpose, given_at from member_consents where withdrawn_at is null;
comment on view members_published_consents is 'Living consents for set-based reading by other rooms.';

create view outbox_published_marketing as
  select m.id, m.line_user_id, m.member_id, m.kind, m.state, m.due_at, m.expires_at, c.sent_on
  from outbox_messages m left join outbox_caps c on c.outbox_id = m.id
  where m.purpose = 'marketing' and (c.outbox_id is not null or m.state in ('planned', 'sending'));
comment on view outbox_published_marketing is
  'Marketing pushes that count against caps: left on sent_on, or still to leave from due_at on.';
