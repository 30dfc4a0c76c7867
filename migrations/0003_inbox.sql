-- The front door for LINE.

create table inbox_seen (
  event_key text primary key,
  received_at timestamptz not null default now()
);
comment on table inbox_seen is 'Keys of all events ever stored (webhookEventId, or the hash of the bytes where it is missing). Outlives the events.';

create table inbox_events (
  id bigint generated always as identity primary key,
  event_key text not null,
  queue_key text not null,
  destination text not null,
  event_type text not null,
  message_id text,
  line_user_id text,
  event_at timestamptz not null,
  received_at timestamptz not null,
  body bytea,
  state text not null check (state in ('waiting', 'done', 'ignored', 'parked')),
  ignored_reason text,
  attempts smallint not null default 0,
  retry_at timestamptz,
  error text,
  finished_at timestamptz,
  blanked_at timestamptz,
  check (body is not null or blanked_at is not null)
);
create index inbox_events_waiting on inbox_events (queue_key, event_at, id) where state = 'waiting';
create index inbox_events_parked on inbox_events (finished_at) where state = 'parked';
create index inbox_events_message on inbox_events (message_id) where message_id is not null;
create index inbox_events_unblanked on inbox_events (received_at) where blanked_at is null;
comment on table inbox_events is 'One row per LINE event with its own bytes, blanked after 30 days or at once by an unsend.';
comment on column inbox_events.queue_key is 'What is served one at a time: the LINE user, else the group or room, else the event itself.';

create table inbox_queues (
  queue_key text primary key,
  due_at timestamptz,
  arrivals bigint not null default 1,
  lease_token uuid,
  lease_until timestamptz,
  check ((lease_token is null) = (lease_until is null))
);
create index inbox_queues_due on inbox_queues (due_at) where due_at is not null;
comment on table inbox_queues is 'One row per queue; whoever holds the lease serves its oldest event. due_at null = nothing waits. Wire clock.';
comment on column inbox_queues.arrivals is 'Counts stored events: a holder that finds it unchanged since the lease may call the queue empty.';

create table inbox_dialogs (
  line_user_id text primary key,
  dialog text not null,
  step text not null,
  data_encrypted bytea not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null
);
comment on table inbox_dialogs is 'The question that stands open in a 1:1 chat, with what was answered so far. Wire clock.';

create table inbox_group_notices (
  chat_id text not null,
  noticed_on date not null,
  primary key (chat_id, noticed_on)
);
comment on table inbox_group_notices is 'On which days a group or room was pointed to the 1:1 chat: at most once a day.';

create table inbox_counts (
  name text primary key,
  count bigint not null default 0
);
comment on table inbox_counts is 'Counters of what was stored but not acted on, such as events of another destination.';
