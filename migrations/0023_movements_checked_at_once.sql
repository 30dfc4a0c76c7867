-- What one statement writes of a movement is applied and weighed once, not entry by entry.

drop trigger points_entries_apply on points_entries;
drop trigger points_entries_balanced on points_entries;
drop function points_apply_entry();
drop function points_check_balanced();

create function points_apply_entries() returns trigger language plpgsql as $$
declare unbalanced record;
begin
  update points_accounts a set balance = a.balance + e.amount
  from (select account_id, sum(amount)::bigint as amount from added group by account_id) e
  where a.id = e.account_id and a.member_id is not null;

  select e.transaction_id, sum(e.amount) as total, count(*) as rows into unbalanced
  from points_entries e where e.transaction_id in (select transaction_id from added)
  group by e.transaction_id having sum(e.amount) <> 0 or count(*) < 2 limit 1;
  if found then
    raise exception 'unbalanced points transaction %: sum % over % rows', unbalanced.transaction_id, unbalanced.total, unbalanced.rows
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger points_entries_apply after insert on points_entries
  referencing new table as added for each statement execute function points_apply_entries();
comment on function points_apply_entries() is
  'Keeps the members'' balances and refuses what does not sum to zero: a transaction''s entries are written by one statement.';

create or replace function points_check_lots() returns trigger language plpgsql as $$
declare account bigint; held bigint; lots numeric;
begin
  if tg_table_name = 'points_lots' then account := new.account_id; else account := new.id; end if;
  select balance into held from points_accounts where id = account and kind in ('active', 'pending');
  if not found then return null; end if;
  select coalesce(sum(remaining), 0) into lots from points_lots where account_id = account and remaining > 0;
  if held <> lots then
    raise exception 'lots % differ from balance % on points account %', lots, held, account using errcode = 'check_violation';
  end if;
  return null;
end $$;
