-- Whether lots equal balances is asked at every commit that moves points: of the open lots alone, which the index knows.

create or replace function points_check_lots() returns trigger language plpgsql as $$
declare account bigint; held bigint; lots numeric;
begin
  account := case when tg_table_name = 'points_lots' then (to_jsonb(new) ->> 'account_id')::bigint else (to_jsonb(new) ->> 'id')::bigint end;
  select balance into held from points_accounts where id = account and kind in ('active', 'pending');
  if not found then return null; end if;
  select coalesce(sum(remaining), 0) into lots from points_lots where account_id = account and remaining > 0;
  if held <> lots then
    raise exception 'lots % differ from balance % on points account %', lots, held, account using errcode = 'check_violation';
  end if;
  return null;
end $$;
