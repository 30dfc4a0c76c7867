-- What every room stands on: policy, facts, audit, slots, marks.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append-only table: %', tg_table_name using errcode = 'restrict_violation';
end $$;

create table brand_policies (
  id bigint generated always as identity primary key,
  section text not null check (section ~ '^[a-z_]{1,40}$'),
  version integer not null check (version > 0),
  effective_from timestamptz not null,
  data jsonb not null,
  actor_kind text not null,
  actor_id text not null,
  created_at timestamptz not null default now(),
  unique (section, version)
);
create index brand_policies_current on brand_policies (section, effective_from desc, version desc);
create trigger brand_policies_append_only before update or delete on brand_policies
  for each row execute function refuse_change();
comment on table brand_policies is
  'What the brand decided, by section; the version in force is the newest whose effective_from has come.';

create table facts (
  id bigint generated always as identity primary key,
  kind text not null,
  version smallint not null check (version > 0),
  member_id bigint,
  line_user_id text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('member', 'staff', 'api_key', 'job', 'system')),
  actor_id text not null,
  source text not null,
  is_history boolean not null default false,
  dedupe_key text not null unique,
  data jsonb not null
);
create index facts_member on facts (member_id, occurred_at) where member_id is not null;
create index facts_kind on facts (kind, occurred_at);
create function facts_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'line_user_id' - 'member_id' = to_jsonb(old) - 'line_user_id' - 'member_id'
  then return new; end if;
  raise exception 'append-only table: %', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger facts_append_only before update or delete on facts
  for each row execute function facts_guard();
comment on table facts is
  'What happened, once each (dedupe_key); a member''s timeline. No personal data in data. Only the line user may be blanked and the member moved by a merge.';

create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('member', 'staff', 'api_key', 'job', 'system')),
  actor_id text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  before jsonb,
  after jsonb
);
create index audit_entries_subject on audit_entries (subject_kind, subject_id, at);
create trigger audit_entries_append_only before update or delete on audit_entries
  for each row execute function refuse_change();
comment on table audit_entries is 'Who did what to what, before and after; ids and masked values only; append-only.';

create table schedule_slots (
  job text not null,
  slot timestamptz not null,
  state text not null check (state in ('running', 'done', 'failed', 'skipped')),
  lease_token uuid,
  lease_until timestamptz,
  attempts integer not null default 0,
  error text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (job, slot),
  check ((state = 'running') = (lease_until is not null and lease_token is not null))
);
comment on table schedule_slots is 'Slot X of job Y has run: one row each, over any number of processes. Slots are business time, leases wire time.';

create table installation_marks (
  key text primary key,
  value jsonb not null,
  marked_at timestamptz not null default now()
);
comment on table installation_marks is 'What this database knows of its own place: the restore mark, the account it speaks for.';
