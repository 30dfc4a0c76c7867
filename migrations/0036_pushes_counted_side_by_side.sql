-- One row of the day, locked by each lease until its commit, kept the leases of a campaign waiting for one another.

alter table outbox_daily_counts add column shard smallint not null default 0 check (shard >= 0);
alter table outbox_daily_counts drop constraint outbox_daily_counts_pkey;
alter table outbox_daily_counts add primary key (on_day, purpose, kind, in_stream, shard);
comment on column outbox_daily_counts.shard is 'Which of the rows of one day and kind: they add up. Connections count in different ones.';
