-- A movement of points writes fewer index entries and is weighed in fewer steps. What holds stays the same.

-- An entry is named by its transaction and its account.
alter table points_entries drop constraint points_entries_pkey;
alter table points_entries drop constraint points_entries_transaction_id_account_id_key;
drop index points_entries_account;
alter table points_entries drop column id;
alter table points_entries add primary key (transaction_id, account_id);
create index points_entries_account on points_entries (account_id, transaction_id);

-- No movement reverses another one as a whole: what comes back says from which purchase, claim or lot.
alter table points_transactions drop column reverses_id;

-- An index that knew how much is left of a lot would be written anew by every draw on it.
drop view points_published_lots;
drop index points_lots_open;
drop index points_lots_due;
drop index points_lots_ending;
alter table points_lots add column is_open boolean not null generated always as (remaining > 0) stored;
create index points_lots_open on points_lots (account_id, ends_on, id) where is_open;
create index points_lots_due on points_lots (available_on) where is_open and available_on is not null;
create index points_lots_ending on points_lots (ends_on) where is_open;
comment on column points_lots.is_open is 'Whether something is left of it. Indexes go by this, so that a draw leaves them alone until the lot is empty.';

-- A table's checks are read anew by every statement that writes it, whatever it writes: what never changes of an
-- account is asked when it is made.
-- The system's accounts were made with the table: 1 issued, 2 spent, 3 ended, 4 owed, 5 adjusted.
create domain points_account_kind as text
  check (value in ('active', 'pending', 'debt', 'issued', 'spent', 'ended', 'owed', 'adjusted'));
comment on domain points_account_kind is 'What a member has (active, pending, debt) and what the system counts against.';
alter table points_accounts drop constraint points_accounts_kind_check;
alter table points_accounts drop constraint points_accounts_check;
alter table points_accounts drop constraint points_accounts_check1;
alter table points_accounts alter column kind type points_account_kind;
alter table points_accounts add constraint points_accounts_balance_of_members check (num_nulls(member_id, balance) <> 1);

create function points_check_account() returns trigger language plpgsql as $$
begin
  if (new.kind in ('active', 'pending', 'debt')) <> (new.member_id is not null) then
    raise exception 'points account % belongs to %', new.kind, coalesce('member ' || new.member_id, 'nobody')
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger points_accounts_owner before insert or update of kind, member_id on points_accounts
  for each row execute function points_check_account();

create view points_published_lots as
  select a.member_id, a.kind::text as kind, l.remaining, l.available_on, l.ends_on
  from points_lots l join points_accounts a on a.id = l.account_id
  where l.is_open;
comment on view points_published_lots is 'Open lots (kind active or pending) for set-based reading by other rooms.';

-- Every movement has an entry on an account of the system: a foreign key would lock that one row for all of them.
-- Accounts are never deleted; whether those of the entries exist is asked where the balances are kept.
alter table points_entries drop constraint points_entries_account_id_fkey;
create trigger points_accounts_stay before delete on points_accounts
  for each row execute function refuse_change();
create trigger points_accounts_no_truncate before truncate on points_accounts
  for each statement execute function refuse_change();

create or replace function points_apply_entries() returns trigger language plpgsql as $$
declare one record; unbalanced record; moved bigint;
begin
  select min(transaction_id) as first, max(transaction_id) as last, sum(amount) as total, count(*) as rows,
         count(*) filter (where account_id between 1 and 5) as of_system
  into one from added;
  if one.first = one.last then
    -- Of one transaction there is one entry an account: nothing to sum up first.
    update points_accounts a set balance = a.balance + e.amount from added e
    where a.id = e.account_id and a.member_id is not null;
    get diagnostics moved = row_count;
    if moved + one.of_system <> one.rows then
      raise exception 'points transaction % names an account that is not there', one.first
        using errcode = 'foreign_key_violation';
    end if;
    if one.total <> 0 or one.rows < 2 then
      raise exception 'unbalanced points transaction %: sum % over % rows', one.first, one.total, one.rows
        using errcode = 'check_violation';
    end if;
    return null;
  end if;

  if exists (select 1 from added where not exists (select 1 from points_accounts a where a.id = account_id)) then
    raise exception 'points transactions from % to % name an account that is not there', one.first, one.last
      using errcode = 'foreign_key_violation';
  end if;
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

create or replace function points_check_lots() returns trigger language plpgsql as $$
declare account bigint; held bigint; lots numeric;
begin
  if tg_table_name = 'points_lots' then account := new.account_id; else account := new.id; end if;
  select a.balance, (select coalesce(sum(l.remaining), 0) from points_lots l where l.account_id = a.id and l.is_open)
  into held, lots from points_accounts a where a.id = account and a.kind in ('active', 'pending');
  if held <> lots then
    raise exception 'lots % differ from balance % on points account %', lots, held, account using errcode = 'check_violation';
  end if;
  return null;
end $$;
