-- The only way out.

create table outbox_keys (
  dedupe_key text primary key,
  created_at timestamptz not null default now()
);
comment on table outbox_keys is 'Every dedupe key ever used for an effect on the outside; outlives the rows, so that nothing is planned twice.';

create table outbox_messages (
  id bigint generated always as identity primary key,
  channel text not null check (channel in ('line_message', 'rich_menu_link', 'sms', 'webhook')),
  method text not null check (method in ('reply', 'push', 'multicast', 'link', 'unlink', 'post')),
  kind text not null,
  purpose text not null check (purpose in ('reply', 'service', 'marketing')),
  line_user_id text,
  member_id bigint references members,
  dedupe_key text not null references outbox_keys,
  source_ref text,
  data jsonb not null default '{}',
  secret_encrypted bytea,
  state text not null default 'planned'
    check (state in ('planned', 'held', 'sending', 'sent', 'skipped', 'failed', 'unknown')),
  priority smallint not null default 5 check (priority between 0 and 9),
  due_at timestamptz not null,
  retry_at timestamptz not null default now(),
  expires_at timestamptz,
  reply_token text,
  reply_received_at timestamptz,
  retry_key uuid not null default gen_random_uuid(),
  batch_id uuid,
  body bytea,
  body_sha256 bytea,
  blanked_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  first_try_at timestamptz,
  attempts smallint not null default 0 check (attempts >= 0),
  doubt_count smallint not null default 0 check (doubt_count >= 0),
  line_request_id text,
  answer_status smallint,
  reason text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (dedupe_key),
  check ((state = 'sending') = (lease_until is not null and lease_token is not null)),
  check ((state in ('sent', 'skipped', 'failed', 'unknown')) = (finished_at is not null)),
  check (state not in ('skipped', 'failed', 'unknown') or reason is not null),
  check (state <> 'sending' or body_sha256 is not null),
  check ((channel in ('line_message', 'rich_menu_link')) = (line_user_id is not null)),
  check (method <> 'reply' or state in ('skipped', 'held', 'sent', 'failed', 'unknown') or reply_token is not null)
);
create index outbox_messages_due on outbox_messages (priority, due_at, id) where state = 'planned';
create index outbox_messages_leased on outbox_messages (lease_until) where state = 'sending';
create index outbox_messages_person on outbox_messages (line_user_id, state) where line_user_id is not null;
create index outbox_messages_member on outbox_messages (member_id) where member_id is not null;
create index outbox_messages_menu_link on outbox_messages (line_user_id, id) where channel = 'rich_menu_link';
create index outbox_messages_source on outbox_messages (source_ref) where source_ref is not null;
create index outbox_messages_batch on outbox_messages (batch_id) where batch_id is not null;
create index outbox_messages_unblanked on outbox_messages (finished_at) where blanked_at is null and finished_at is not null;
comment on table outbox_messages is
  'Everything that leaves: planned, leased with a frozen body (body and hash stored before the first attempt), then final with LINE''s request id or a reason.';
comment on column outbox_messages.due_at is 'Business time: not before. retry_at and leases are wire time.';
comment on column outbox_messages.doubt_count is
  'Tries of which nobody knows whether they arrived; the one on the wire counts until it is answered.';
comment on column outbox_messages.batch_id is
  'Rows that leave in one call: the recipients of a multicast (its body stands in one of them), or a reply and the held notices that ride along.';
comment on column outbox_messages.secret_encrypted is 'What may not stand in data: a phone number, a code, an address of a webhook.';
comment on column outbox_messages.retry_key is 'Made with the row; the same key and the same bytes go with every attempt.';

create table outbox_caps (
  line_user_id text not null,
  sent_on date not null,
  outbox_id bigint not null references outbox_messages,
  primary key (outbox_id)
);
create index outbox_caps_person on outbox_caps (line_user_id, sent_on);
comment on table outbox_caps is 'Marketing pushes counted against a person''s caps, on the business day they left.';

create table outbox_quota (
  month date primary key,
  message_limit integer check (message_limit >= 0),
  used_count integer not null default 0 check (used_count >= 0),
  read_at timestamptz not null
);
comment on table outbox_quota is 'LINE''s monthly quota as last read, plus what we have sent since; null limit = none.';

create table outbox_pace (
  endpoint text primary key check (endpoint in ('push', 'multicast')),
  free_at timestamptz not null,
  slow_until timestamptz not null
);
comment on table outbox_pace is
  'Until when the time slots of an endpoint of LINE are given away: all processes together stay under LINE''s rate. Wire time.';
insert into outbox_pace (endpoint, free_at, slow_until) values ('push', now(), now()), ('multicast', now(), now());

create table outbox_alarms (
  cause text primary key,
  message text not null,
  raised_at timestamptz not null default now()
);
comment on table outbox_alarms is 'What a person has to look at, once per cause; the row goes when the cause has gone.';
