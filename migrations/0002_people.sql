-- Friends (who can be reached), members (persons from first contact on), staff and keys.

create table line_friends (
  line_user_id text primary key check (line_user_id ~ '^U[0-9a-f]{32}$'),
  display_name text,
  language text check (language in ('zh-TW', 'en', 'ja')),
  is_language_chosen boolean not null default false,
  state text not null check (state in ('following', 'blocked', 'unknown')),
  state_event_at timestamptz not null,
  first_followed_at timestamptz,
  marketing text not null default 'all' check (marketing in ('all', 'less', 'stopped')),
  marketing_changed_at timestamptz,
  marketing_paused_until timestamptz,
  first_marketing_at timestamptz,
  last_marketing_at timestamptz,
  free_text_silent_until timestamptz,
  free_text_answered_at timestamptz,
  free_text_variant smallint not null default 0,
  rich_menu text not null default 'guest' check (rich_menu in ('guest', 'member', 'vip')),
  created_at timestamptz not null default now()
);
comment on table line_friends is
  'A LINE user who follows or once wrote: state by the later event timestamp, language, how much they want to hear. Nothing here means membership.';
comment on column line_friends.state_event_at is 'LINE''s timestamp of the follow or unfollow that decided the state.';
comment on column line_friends.rich_menu is 'The menu that is due to this person; linking it is an outbox row.';

create table members (
  id bigint generated always as identity primary key,
  member_no text not null unique check (member_no ~ '^[0-9]{10}$'),
  joined_at timestamptz,
  merged_into_id bigint references members,
  erased_at timestamptz,
  language text check (language in ('zh-TW', 'en', 'ja')),
  name_encrypted bytea,
  birth_month smallint,
  birth_day smallint,
  birth_year smallint check (birth_year between 1900 and 2100),
  birthday_change_count smallint not null default 0 check (birthday_change_count >= 0),
  spending_held_until timestamptz,
  spending_locked_at timestamptz,
  imported_at timestamptz,
  created_at timestamptz not null,
  check (merged_into_id is null or merged_into_id <> id),
  check ((birth_month is null) = (birth_day is null)),
  check (birth_year is null or birth_month is not null),
  check (birth_month is null or (birth_month between 1 and 12 and birth_day between 1 and
    case when birth_month in (4, 6, 9, 11) then 30 when birth_month = 2 then 29 else 31 end)),
  check (birth_year is null or birth_month <> 2 or birth_day <> 29
    or (birth_year % 4 = 0 and (birth_year % 100 <> 0 or birth_year % 400 = 0))),
  check (erased_at is null or (name_encrypted is null and birth_month is null))
);
create index members_merged_into on members (merged_into_id) where merged_into_id is not null;
create index members_birthday on members (birth_month, birth_day) where merged_into_id is null;
comment on table members is
  'A person from first contact on (a follow, a phone at the till, an import). joined_at null = not bound yet; every read resolves merged_into_id.';
comment on column members.created_at is 'Business time of the first contact.';
comment on column members.imported_at is 'Business time at which an import brought this person; flows never reach back before it.';

create table member_identities (
  id bigint generated always as identity primary key,
  member_id bigint not null references members,
  kind text not null check (kind in ('line', 'phone', 'email', 'till', 'web')),
  value_hmac bytea not null check (octet_length(value_hmac) = 32),
  value_encrypted bytea,
  line_user_id text,
  verified_at timestamptz,
  since timestamptz not null,
  until timestamptz,
  check (until is null or until >= since),
  check ((kind = 'line') = (line_user_id is not null)),
  check ((kind = 'line') = (value_encrypted is null))
);
create unique index member_identities_live on member_identities (kind, value_hmac) where until is null;
create index member_identities_member on member_identities (member_id, kind);
create index member_identities_line on member_identities (line_user_id) where kind = 'line' and until is null;
create unique index member_identities_one_line on member_identities (member_id) where kind = 'line' and until is null;
comment on table member_identities is 'By what a person is recognised; one living holder per (kind, value).';
comment on column member_identities.value_hmac is
  'Keyed, so that it can be looked up without being read. A LINE user id stands in the clear beside its plain hash.';

create view members_published_members as
  select m.id, m.member_no, m.joined_at, m.imported_at, m.created_at, m.language, m.birth_month, m.birth_day,
         m.spending_held_until, m.spending_locked_at,
         i.line_user_id, f.display_name, f.state as friend_state, f.marketing, f.language as friend_language,
         f.first_marketing_at, f.last_marketing_at
  from members m
  left join member_identities i on i.member_id = m.id and i.kind = 'line' and i.until is null
  left join line_friends f on f.line_user_id = i.line_user_id
  where m.merged_into_id is null and m.erased_at is null;
comment on view members_published_members is 'Living persons with the LINE account they are reached by, for set-based reading by other rooms.';

create table member_consents (
  id bigint generated always as identity primary key,
  member_id bigint not null references members,
  purpose text not null check (purpose in ('service', 'marketing')),
  text_version text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  source text not null,
  check (withdrawn_at is null or withdrawn_at >= given_at)
);
create index member_consents_member on member_consents (member_id, purpose);
create unique index member_consents_live on member_consents (member_id, purpose) where withdrawn_at is null;
comment on table member_consents is 'A log of consents: purpose, version of the text, given, withdrawn, source.';

create table member_phone_codes (
  id bigint generated always as identity primary key,
  line_user_id text not null,
  phone_hmac bytea not null check (octet_length(phone_hmac) = 32),
  code_hmac bytea not null check (octet_length(code_hmac) = 32),
  tries smallint not null default 0 check (tries between 0 and 5),
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  consumed_at timestamptz
);
create unique index member_phone_codes_live on member_phone_codes (line_user_id) where consumed_at is null;
comment on table member_phone_codes is 'Six-digit codes sent by SMS: one live code per LINE user, five tries, wire clock.';

create table member_phone_code_sends (
  scope text not null check (scope in ('phone', 'line_user')),
  subject_hmac bytea not null check (octet_length(subject_hmac) = 32),
  sent_on date not null,
  send_count smallint not null check (send_count > 0),
  primary key (scope, subject_hmac, sent_on)
);
comment on table member_phone_code_sends is 'How many codes were sent on a day to a phone or for a LINE user; a guarded upsert holds the limits.';

create table member_code_links (
  token_hmac bytea primary key check (octet_length(token_hmac) = 32),
  member_id bigint not null references members,
  line_user_id text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  exchanged_at timestamptz,
  session_hmac bytea unique check (octet_length(session_hmac) = 32),
  session_expires_at timestamptz,
  check ((exchanged_at is null) = (session_hmac is null)),
  check ((exchanged_at is null) = (session_expires_at is null))
);
create index member_code_links_member on member_code_links (member_id);
comment on table member_code_links is 'Links to the member-code page: one exchange each for a cookie; wire clock.';

create table member_code_uses (
  nonce text primary key,
  member_id bigint not null references members,
  used_at timestamptz not null default now()
);
create index member_code_uses_member on member_code_uses (member_id);
comment on table member_code_uses is 'Rotating member codes that a writing call has spent: once each.';

create table member_account_links (
  nonce_hmac bytea primary key check (octet_length(nonce_hmac) = 32),
  member_id bigint not null references members,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index member_account_links_member on member_account_links (member_id);
comment on table member_account_links is 'Nonces of LINE''s account-link flow: single use, each stands for one member.';

create table tasks (
  id bigint generated always as identity primary key,
  kind text not null,
  member_id bigint references members,
  data jsonb not null default '{}',
  dedupe_key text not null unique,
  state text not null default 'open' check (state in ('open', 'done', 'dropped')),
  created_at timestamptz not null,
  closed_at timestamptz,
  check ((state = 'open') = (closed_at is null))
);
create index tasks_member on tasks (member_id);
create index tasks_open on tasks (kind, created_at) where state = 'open';
comment on table tasks is 'What a person of the staff has to look at; ids only.';

create table staff_accounts (
  id bigint generated always as identity primary key,
  name text not null unique,
  role text not null check (role in ('owner', 'manager', 'clerk', 'marketer', 'consultant', 'auditor')),
  created_at timestamptz not null,
  disabled_at timestamptz
);
comment on table staff_accounts is 'People who work here.';

create table api_keys (
  id bigint generated always as identity primary key,
  name text not null unique,
  key_hash bytea not null unique check (octet_length(key_hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0),
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table api_keys is 'Keys of machines: stored hashed, scoped, revocable.';

create table api_idempotency_keys (
  api_key_id bigint not null references api_keys,
  key text not null check (length(key) between 8 and 200),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  status smallint not null,
  answer_encrypted bytea not null,
  created_at timestamptz not null,
  primary key (api_key_id, key)
);
comment on table api_idempotency_keys is 'Answers already given under an Idempotency-Key; the same key with another body is refused.';
