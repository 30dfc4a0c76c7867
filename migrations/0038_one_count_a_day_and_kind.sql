-- The month's row of LINE's quota is locked until the commit just before, so rows side by side spared nobody a wait.

create temporary table sums on commit drop as
  select on_day, purpose, kind, in_stream, sum(left_count)::integer as left_count,
         sum(beyond_cap_count)::integer as beyond_cap_count, sum(in_quiet_count)::integer as in_quiet_count
  from outbox_daily_counts group by 1, 2, 3, 4;
delete from outbox_daily_counts;
alter table outbox_daily_counts drop column shard;
alter table outbox_daily_counts add primary key (on_day, purpose, kind, in_stream);
insert into outbox_daily_counts (on_day, purpose, kind, in_stream, left_count, beyond_cap_count, in_quiet_count)
  select on_day, purpose, kind, in_stream, left_count, beyond_cap_count, in_quiet_count from sums;
