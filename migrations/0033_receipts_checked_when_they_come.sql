-- A receipt is written twice: as it comes, and once more with what the till was told. A table's checks are read anew by
-- each of them, so what the receipt says is checked when it comes.

create function purchases_check_receipt() returns trigger language plpgsql as $$
declare broken text;
begin
  broken := case
    when length(new.receipt_no) not between 1 and 60 then 'receipt_no'
    when new.channel not in ('store', 'online') then 'channel'
    when new.total_twd < 0 then 'total_twd'
    when new.points_paid < 0 then 'points_paid'
    when octet_length(new.request_hash) <> 32 then 'request_hash'
    when octet_length(new.content_hash) <> 32 then 'content_hash'
  end;
  if broken is not null then
    raise exception 'purchase %: its % breaks a check', new.id, broken
      using errcode = 'check_violation', constraint = 'purchases_' || broken, table = 'purchases';
  end if;
  return new;
end $$;

alter table purchases
  drop constraint purchases_receipt_no_check,
  drop constraint purchases_channel_check,
  drop constraint purchases_total_twd_check,
  drop constraint purchases_points_paid_check,
  drop constraint purchases_request_hash_check,
  drop constraint purchases_content_hash_check;
create trigger purchases_receipt before insert or update of
    receipt_no, channel, total_twd, points_paid, request_hash, content_hash
  on purchases for each row execute function purchases_check_receipt();
comment on function purchases_check_receipt() is
  'What a receipt may say. What comes back of it stands in a check of the table, for every return is asked about it.';
