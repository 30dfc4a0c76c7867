-- A movement is written by one statement: what that statement added must sum to zero, earlier rows need not be read again.

create or replace function points_apply_entries() returns trigger language plpgsql as $$
declare unbalanced record;
begin
  update points_accounts a set balance = a.balance + e.amount
  from (select account_id, sum(amount)::bigint as amount from added group by account_id) e
  where a.id = e.account_id and a.member_id is not null;

  select transaction_id, sum(amount) as total, count(*) as rows into unbalanced
  from added group by transaction_id having sum(amount) <> 0 or count(*) < 2 limit 1;
  if found then
    raise exception 'unbalanced points transaction %: sum % over % rows', unbalanced.transaction_id, unbalanced.total, unbalanced.rows
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
