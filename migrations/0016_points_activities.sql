-- Points for what members do beside buying.

create table points_activities (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('survey', 'profile', 'review', 'visit')),
  source_ref text not null check (length(source_ref) between 1 and 100),
  member_id bigint not null references members,
  store_id bigint references stores,
  occurred_at timestamptz not null,
  occurred_on date not null,
  points integer not null check (points >= 0),
  no_points_reason text check (no_points_reason in ('off', 'cap_reached')),
  policy_version integer not null,
  transaction_id bigint unique references points_transactions,
  request_hash bytea not null check (octet_length(request_hash) = 32),
  answer jsonb not null,
  recorded_at timestamptz not null default now(),
  unique (kind, source_ref, member_id),
  check ((points = 0) = (no_points_reason is not null)),
  check ((points = 0) = (transaction_id is null))
);
create index points_activities_member on points_activities (member_id, kind, occurred_on);
create index points_activities_store on points_activities (store_id) where store_id is not null;
comment on table points_activities is
  'An activity, once for ever per (kind, number in the system that tells it, person as known then); it is never changed: whoever reads follows mergers.';
comment on column points_activities.source_ref is 'The telling system''s number for it: no name, phone or address.';
create trigger points_activities_append_only before update or delete on points_activities
  for each row execute function refuse_change();
create trigger points_activities_no_truncate before truncate on points_activities
  for each statement execute function refuse_change();

create view points_published_activities as
  select coalesce(m.merged_into_id, m.id) as member_id, a.kind, a.occurred_at, a.occurred_on, a.points
  from points_activities a join members m on m.id = a.member_id;
comment on view points_published_activities is
  'Activities by the person who stands for the member now, for set-based reading by other rooms.';
