-- What nobody looks for is not sampled: counting the values of bodies, keys and tokens over and over takes a tenth of
-- the database's time while a campaign runs.

do $$
declare
  tables constant jsonb := '{
    "outbox_messages": ["dedupe_key", "data", "secret_encrypted", "reply_token", "retry_key", "lease_token", "body",
                        "body_sha256", "first_try_at", "attempts", "doubt_count", "answer_status", "created_at", "arm", "unit"],
    "outbox_keys": ["dedupe_key"],
    "inbox_seen": ["event_key"],
    "inbox_events": ["event_key", "destination", "event_type", "body", "error", "attempts"]
  }';
  target text;
  name text;
begin
  for target in select jsonb_object_keys(tables) loop
    for name in select jsonb_array_elements_text(tables -> target) loop
      execute format('alter table %I alter column %I set statistics 0', target, name);
    end loop;
  end loop;
end $$;

-- A month's partition takes neither its storage nor this from its parent.
create function outbox_tune_sent_partition(part regclass) returns void language plpgsql as $$
declare
  name text;
begin
  execute format('alter table %s set (toast_tuple_target = 8160)', part);
  foreach name in array array['dedupe_key', 'data', 'secret_encrypted', 'due_at', 'expires_at', 'reply_token',
                              'retry_key', 'body', 'body_sha256', 'first_try_at', 'attempts', 'doubt_count',
                              'line_request_id', 'answer_status', 'created_at', 'unit'] loop
    execute format('alter table %s alter column %I set statistics 0', part, name);
  end loop;
end $$;
comment on function outbox_tune_sent_partition is 'How a partition of outbox_sent is stored and sampled.';

select outbox_tune_sent_partition(inhrelid::regclass) from pg_inherits where inhparent = 'outbox_sent'::regclass;

create or replace function outbox_make_sent_partitions(months_ahead integer) returns integer language plpgsql as $$
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
    perform outbox_tune_sent_partition(name::regclass);
    execute format('comment on table %I is %L', name, 'Final rows of the outbox that ended in this month (UTC).');
    made := made + 1;
  end loop;
  return made;
end $$;

-- The same shape as before (U and 32 digits, 0-9 or a-f), without a regular expression: it is checked again with
-- every push that is noted on a person's row.
alter table line_friends drop constraint line_friends_line_user_id_check;
alter table line_friends add constraint line_friends_line_user_id_check check (
  length(line_user_id) = 33 and left(line_user_id, 1) = 'U'
  and translate(substr(line_user_id, 2), '0123456789abcdef', '') = '');
