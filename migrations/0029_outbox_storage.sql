-- Bodies of two to eight kilobytes stay as they are: they live for minutes, and then for 48 hours.

alter table outbox_messages set (toast_tuple_target = 8160);
do $$
declare
  part regclass;
begin
  for part in select inhrelid::regclass from pg_inherits where inhparent = 'outbox_sent'::regclass loop
    execute format('alter table %s set (toast_tuple_target = 8160)', part);
  end loop;
end $$;

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
    execute format('create table %I partition of outbox_sent for values from (%L) to (%L)
                    with (toast_tuple_target = 8160)', name,
                   first_day || ' 00:00:00+00', (first_day + interval '1 month')::date || ' 00:00:00+00');
    execute format('comment on table %I is %L', name, 'Final rows of the outbox that ended in this month (UTC).');
    made := made + 1;
  end loop;
  return made;
end $$;

-- What a send writes on a person's row finds room on the same page, and no index has to be told.
alter table line_friends set (fillfactor = 80);
