-- The people who work here: how they sign in, on what, and who lets them.

alter table staff_accounts
  add column language text not null default 'zh-TW' check (language in ('zh-TW', 'en', 'ja')),
  add column password_hash text,
  add column totp_secret_encrypted bytea,
  add column totp_confirmed_at timestamptz,
  add column totp_last_step bigint,
  add column pin_hash text,
  add column line_user_hmac bytea unique check (octet_length(line_user_hmac) = 32),
  add column joined_at timestamptz,
  add column created_by_id bigint references staff_accounts,
  add check (char_length(name) between 1 and 60),
  add check (totp_confirmed_at is null or totp_secret_encrypted is not null);
create unique index staff_accounts_name on staff_accounts (lower(name));
create index staff_accounts_created_by on staff_accounts (created_by_id);
comment on column staff_accounts.joined_at is 'When the first invitation was accepted; null = invited only.';
comment on column staff_accounts.totp_last_step is 'The 30-second step of the last accepted code: no code counts twice.';

create table staff_stores (
  staff_id bigint not null references staff_accounts,
  store_id bigint not null references stores,
  primary key (staff_id, store_id)
);
create index staff_stores_store on staff_stores (store_id);
comment on table staff_stores is 'Where a person works. Counts for roles whose rights end at their stores.';

create table staff_invitations (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  staff_id bigint not null references staff_accounts,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create index staff_invitations_staff on staff_invitations (staff_id);
create unique index staff_invitations_open on staff_invitations (staff_id) where used_at is null and revoked_at is null;
comment on table staff_invitations is 'One-time links by which a person sets new credentials; at most one open per person. Wire clock.';

create table staff_devices (
  id bigint generated always as identity primary key,
  name text not null check (char_length(name) between 1 and 60),
  store_id bigint not null references stores,
  code_hash bytea unique check (octet_length(code_hash) = 32),
  code_expires_at timestamptz,
  token_hash bytea unique check (octet_length(token_hash) = 32),
  created_at timestamptz not null,
  created_by_id bigint not null references staff_accounts,
  paired_at timestamptz,
  last_seen_at timestamptz,
  revoked_at timestamptz,
  check ((code_hash is null) = (code_expires_at is null)),
  check ((token_hash is null) = (paired_at is null))
);
create index staff_devices_store on staff_devices (store_id);
create index staff_devices_created_by on staff_devices (created_by_id);
comment on table staff_devices is 'Shared devices at a store''s counter: waiting for their pairing code, paired, or revoked. Wire clock.';

create table staff_sessions (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  staff_id bigint not null references staff_accounts,
  device_id bigint references staff_devices,
  stage text not null check (stage in ('second_factor', 'enrolment', 'full')),
  language text check (language in ('zh-TW', 'en', 'ja')),
  address text,
  browser text,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  idle_seconds integer not null check (idle_seconds > 0),
  ends_at timestamptz not null,
  ended_at timestamptz,
  ended_because text check (ended_because in
    ('signed_out', 'locked', 'replaced', 'revoked', 'credentials_changed', 'device_revoked', 'disabled')),
  check ((ended_at is null) = (ended_because is null))
);
create index staff_sessions_staff on staff_sessions (staff_id) where ended_at is null;
create index staff_sessions_staff_all on staff_sessions (staff_id);
create index staff_sessions_device on staff_sessions (device_id);
create index staff_sessions_ends on staff_sessions (ends_at);
comment on table staff_sessions is 'Who is signed in where: dead once ended, past ends_at, or idle too long. Tokens are stored hashed. Wire clock.';

create table staff_attempts (
  key bytea primary key check (octet_length(key) = 32),
  failures integer not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
create index staff_attempts_last on staff_attempts (last_at);
comment on table staff_attempts is 'Failed tries by account, PIN and network address (hashed), counted before the secret is looked at. Wire clock.';

create table staff_line_logins (
  state_hash bytea primary key check (octet_length(state_hash) = 32),
  nonce text not null,
  verifier_encrypted bytea not null,
  staff_id bigint references staff_accounts,
  return_to text not null,
  expires_at timestamptz not null
);
create index staff_line_logins_expires on staff_line_logins (expires_at);
create index staff_line_logins_staff on staff_line_logins (staff_id);
comment on table staff_line_logins is 'LINE Logins on their way; staff_id = who links an account instead of signing in. Used once. Wire clock.';

create table staff_approvals (
  id bigint generated always as identity primary key,
  kind text not null,
  store_id bigint references stores,
  summary jsonb not null,
  request jsonb not null,
  reason text not null,
  asked_by_id bigint not null references staff_accounts,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected', 'withdrawn', 'expired')),
  decided_by_id bigint references staff_accounts,
  decided_at timestamptz,
  note text,
  check (decided_by_id is null or state = 'withdrawn' or decided_by_id <> asked_by_id),
  check ((state in ('approved', 'rejected', 'withdrawn')) = (decided_by_id is not null)),
  check ((state = 'waiting') = (decided_at is null))
);
create index staff_approvals_waiting on staff_approvals (expires_at) where state = 'waiting';
create index staff_approvals_store on staff_approvals (store_id);
create index staff_approvals_asked_by on staff_approvals (asked_by_id);
create index staff_approvals_decided_by on staff_approvals (decided_by_id);
comment on table staff_approvals is 'Actions that wait for a second person: what was asked for, what it does, and who decided. Business clock.';

alter table audit_entries add column member_id bigint, add column place jsonb;
create index audit_entries_at on audit_entries (at desc, id desc);
create index audit_entries_member on audit_entries (member_id, at) where member_id is not null;
create index audit_entries_actor on audit_entries (actor_kind, actor_id, at);
comment on column audit_entries.member_id is 'Whose data or balance it touches, where it is somebody''s.';
comment on column audit_entries.place is 'Where it was done: storeId, deviceId, and the network address cut to its network.';

create trigger audit_entries_no_truncate before truncate on audit_entries
  for each statement execute function refuse_change();

insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data)
values ('staff', 1, '2000-01-01T00:00:00Z', 'system', 'migration', '{
  "consoleIdleMinutes": 30, "consoleHours": 12, "shiftHours": 10, "deviceLockMinutes": 5, "invitationHours": 24,
  "approvalHours": 24, "adjustPointsAbove": 500 }');
