-- The rules of sending: pace of every endpoint, what is held back and probed, caps by kind, and what left each day.

alter table outbox_pace drop constraint outbox_pace_endpoint_check;
insert into outbox_pace (endpoint, free_at, slow_until)
select endpoint, now(), now()
from unnest(array['reply', 'menu_link', 'menu_unlink', 'menu_read', 'menu_bulk_link', 'menu_bulk_unlink', 'menu_alias',
                  'profile', 'link_token', 'bot_info', 'quota', 'consumption', 'loading']) as u(endpoint);

create table outbox_holds (
  cause text primary key check (cause in ('line_token', 'quota_used_up')),
  since timestamptz not null default now(),
  probe_at timestamptz not null
);
comment on table outbox_holds is
  'What LINE refuses for now, known to all processes: nothing of it is tried but one probe at a time, the next one at probe_at. Wire time.';

alter table outbox_caps add column kind text;
update outbox_caps c set kind = m.kind from outbox_published_messages m where m.id = c.outbox_id;
update outbox_caps set kind = 'unknown' where kind is null;
alter table outbox_caps alter column kind set not null;
comment on column outbox_caps.kind is 'The kind of message: caps hold over all kinds together and for single ones.';

create table outbox_daily_counts (
  on_day date not null,
  purpose text not null check (purpose in ('service', 'marketing')),
  kind text not null,
  in_stream boolean not null,
  left_count integer not null default 0 check (left_count >= 0),
  beyond_cap_count integer not null default 0 check (beyond_cap_count >= 0),
  in_quiet_count integer not null default 0 check (in_quiet_count >= 0),
  primary key (on_day, purpose, kind, in_stream)
);
comment on table outbox_daily_counts is
  'Pushes that left on each of the brand''s days. Service messages are exempt from caps and quiet hours: how many used that stands beside them.';
comment on column outbox_daily_counts.in_stream is 'Of a campaign; what does not stand in a stream is sent by flows and by the service.';
