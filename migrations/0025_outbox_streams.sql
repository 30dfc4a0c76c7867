-- Campaigns get streams of their own; what has ended leaves the hot table for partitions by month.

create table outbox_streams (
  id bigint generated always as identity primary key,
  source_ref text not null unique,
  state text not null default 'running' check (state in ('running', 'paused', 'stopped')),
  pace_per_second integer check (pace_per_second > 0),
  quiet text not null default 'hold' check (quiet in ('hold', 'skip')),
  free_at timestamptz not null default now(),
  created_at timestamptz not null,
  started_at timestamptz not null default now()
);
comment on table outbox_streams is
  'The rows of one campaign: let run, held or ended together, each stream within its own pace; null = as fast as all.';
comment on column outbox_streams.quiet is 'What becomes of a row that comes due in quiet hours: hold for their end, or skip.';
comment on column outbox_streams.free_at is 'Until when the permits of its own pace are given away. Wire time.';
comment on column outbox_streams.created_at is 'Business time; started_at is wire time: no row of it has ended before.';

-- Keys are never deleted and neither are persons: rows that live for minutes need no look-up of either.
alter table outbox_caps drop constraint outbox_caps_outbox_id_fkey;
alter table flow_entries drop constraint flow_entries_outbox_id_fkey;
alter table outbox_messages drop constraint outbox_messages_dedupe_key_fkey;
alter table outbox_messages drop constraint outbox_messages_dedupe_key_key;
alter table outbox_messages drop constraint outbox_messages_member_id_fkey;

create table outbox_sent (
  id bigint not null,
  channel text not null,
  method text not null,
  kind text not null,
  purpose text not null,
  line_user_id text,
  member_id bigint,
  dedupe_key text not null,
  source_ref text,
  stream_id bigint,
  arm text,
  unit text,
  data jsonb not null,
  secret_encrypted bytea,
  state text not null check (state in ('sent', 'skipped', 'failed', 'unknown')),
  due_at timestamptz not null,
  expires_at timestamptz,
  reply_token text,
  retry_key uuid not null,
  batch_id uuid,
  body bytea,
  body_sha256 bytea,
  blanked_at timestamptz,
  first_try_at timestamptz,
  attempts smallint not null,
  doubt_count smallint not null,
  line_request_id text,
  answer_status smallint,
  reason text,
  created_at timestamptz not null,
  finished_at timestamptz not null default now(),
  primary key (id, finished_at),
  check (state = 'sent' or reason is not null)
) partition by range (finished_at);
comment on table outbox_sent is
  'Final rows of the outbox, by the month in which they ended: sent with LINE''s request id, or not with the reason. The once-for-ever keys stand in outbox_keys.';
create index outbox_sent_unblanked on outbox_sent (finished_at) where blanked_at is null;
create index outbox_sent_excluded on outbox_sent (finished_at) where state <> 'sent';
create index outbox_sent_stream on outbox_sent (stream_id, arm, state, reason) where stream_id is not null;
create index outbox_sent_menu_link on outbox_sent (line_user_id, id) where channel = 'rich_menu_link';
create index outbox_sent_sms on outbox_sent (id) where channel = 'sms';

create function outbox_make_sent_partitions(months_ahead integer) returns integer language plpgsql as $$
declare
  made integer := 0;
  first_day date;
  name text;
begin
  for nth in 0..months_ahead loop
    first_day := date_trunc('month', now() at time zone 'UTC') + make_interval(months => nth);
    name := 'outbox_sent_' || to_char(first_day, 'YYYY_MM');
    continue when to_regclass(name) is not null;
    execute format('create table %I partition of outbox_sent for values from (%L) to (%L)', name,
                   first_day || ' 00:00:00+00', (first_day + interval '1 month')::date || ' 00:00:00+00');
    execute format('comment on table %I is %L', name, 'Final rows of the outbox that ended in this month (UTC).');
    made := made + 1;
  end loop;
  return made;
end $$;
comment on function outbox_make_sent_partitions is
  'Makes the partitions of this month and of so many after it that are not there yet. Returns how many it made.';
create table outbox_sent_other partition of outbox_sent default;
comment on table outbox_sent_other is 'Final rows of months for which no partition was made ahead.';
select outbox_make_sent_partitions(3);

alter table outbox_messages
  add column stream_id bigint,
  add column arm text,
  add column unit text;
comment on column outbox_messages.arm is 'Which variant of its stream the row is.';
comment on column outbox_messages.unit is 'LINE''s name for counting: stands as customAggregationUnits in the body.';

drop view outbox_published_marketing;

insert into outbox_sent (id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref, data,
                         secret_encrypted, state, due_at, expires_at, reply_token, retry_key, batch_id, body,
                         body_sha256, blanked_at, first_try_at, attempts, doubt_count, line_request_id,
                         answer_status, reason, created_at, finished_at)
select id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref, data, secret_encrypted,
       state, due_at, expires_at, reply_token, retry_key, batch_id, body, body_sha256, blanked_at, first_try_at,
       attempts, doubt_count, line_request_id, answer_status, reason, created_at, finished_at
from outbox_messages where finished_at is not null;
delete from outbox_messages where finished_at is not null;

drop index outbox_messages_due;
drop index outbox_messages_leased;
drop index outbox_messages_person;
drop index outbox_messages_member;
drop index outbox_messages_source;
-- With finished_at go the checks and the index that speak of it.
alter table outbox_messages drop column finished_at, drop column blanked_at, drop column line_request_id;
alter table outbox_messages drop constraint outbox_messages_state_check;
alter table outbox_messages add constraint outbox_messages_state_check check (state in ('planned', 'held', 'sending'));
alter table outbox_messages add constraint outbox_messages_reply_check check (method <> 'reply' or reply_token is not null);

create index outbox_messages_due on outbox_messages (priority, due_at, id)
  where state = 'planned' and stream_id is null and channel = 'line_message' and method <> 'reply';
create index outbox_messages_stream on outbox_messages (stream_id, due_at, id)
  where state = 'planned' and stream_id is not null;
create index outbox_messages_leased on outbox_messages (stream_id) where state = 'sending';
create index outbox_messages_held on outbox_messages (line_user_id) where state = 'held';
create index outbox_messages_marketing on outbox_messages (line_user_id)
  where purpose = 'marketing' and stream_id is null;
comment on table outbox_messages is
  'What is still to leave: planned, held for the next reply, or leased with a frozen body (body and hash stored before the first attempt). What has ended stands in outbox_sent.';

alter table outbox_messages set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

create view outbox_published_messages as
  select id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref, stream_id, arm, unit,
         data, secret_encrypted, state, due_at, expires_at, reply_token, retry_key, batch_id, body, body_sha256,
         null::timestamptz as blanked_at, first_try_at, attempts, doubt_count, null::text as line_request_id,
         answer_status, reason, created_at, null::timestamptz as finished_at
  from outbox_messages
  union all
  select id, channel, method, kind, purpose, line_user_id, member_id, dedupe_key, source_ref, stream_id, arm, unit,
         data, secret_encrypted, state, due_at, expires_at, reply_token, retry_key, batch_id, body, body_sha256,
         blanked_at, first_try_at, attempts, doubt_count, line_request_id, answer_status, reason, created_at,
         finished_at
  from outbox_sent;
comment on view outbox_published_messages is 'Every row of the outbox, still to leave or ended.';

create view outbox_published_marketing as
  select line_user_id, sent_on, null::timestamptz as due_at, null::timestamptz as expires_at from outbox_caps
  union all
  select m.line_user_id, null, m.due_at, m.expires_at from outbox_messages m
  where m.purpose = 'marketing' and m.stream_id is null and m.state in ('planned', 'sending')
    and not exists (select 1 from outbox_caps c where c.outbox_id = m.id);
comment on view outbox_published_marketing is
  'Marketing pushes that count against caps: left on sent_on, or still to leave from due_at on. Rows of streams count when they leave.';
