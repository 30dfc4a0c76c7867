-- LINE's count of the month lags behind what we sent just now, so it must be known when that was.
alter table outbox_quota add column taken_at timestamptz;
comment on column outbox_quota.taken_at is 'When we last counted messages of our own, in wire time; null = not since the month began.';

-- What certainly reached nobody counts against no cap while it waits for its next try; it is counted when it leaves.
delete from outbox_caps c using outbox_messages m
  where m.id = c.outbox_id and m.state = 'planned' and m.doubt_count = 0;
