-- Append-only double-entry ledger with dated lots.

create table points_accounts (
  id bigint generated always as identity primary key,
  member_id bigint references members,
  kind text not null check (kind in ('active', 'pending', 'debt', 'issued', 'spent', 'ended', 'owed', 'adjusted')),
  balance bigint,
  check ((kind in ('active', 'pending', 'debt')) = (member_id is not null)),
  check ((member_id is null) = (balance is null)),
  check (balance >= 0)
);
create unique index points_accounts_member on points_accounts (member_id, kind) where member_id is not null;
create unique index points_accounts_system on points_accounts (kind) where member_id is null;
insert into points_accounts (kind) values ('issued'), ('spent'), ('ended'), ('owed'), ('adjusted');
comment on table points_accounts is
  'Each member has active, pending and debt, all >= 0 with a cached balance; system accounts have none, so no row is hot.';

create table points_transactions (
  id bigint generated always as identity primary key,
  idem_key text not null unique check (length(idem_key) between 8 and 200),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  reason text not null check (length(reason) > 0),
  source_kind text not null,
  source_id text not null,
  member_id bigint not null references members,
  actor_kind text not null,
  actor_id text not null,
  occurred_at timestamptz not null,
  reverses_id bigint unique references points_transactions,
  data jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  check (reverses_id is null or reverses_id < id)
);
create index points_transactions_member on points_transactions (member_id, id);
create index points_transactions_source on points_transactions (source_kind, source_id);
comment on table points_transactions is 'One movement of points, once per idem_key for ever; reason and source are never empty.';

create table points_entries (
  id bigint generated always as identity primary key,
  transaction_id bigint not null references points_transactions,
  account_id bigint not null references points_accounts,
  amount bigint not null check (amount <> 0 and abs(amount) <= 100000000),
  unique (transaction_id, account_id)
);
create index points_entries_account on points_entries (account_id, id);
comment on table points_entries is 'Debits and credits; per transaction they sum to zero; never updated or deleted.';

create table points_lots (
  id bigint generated always as identity primary key,
  account_id bigint not null references points_accounts,
  transaction_id bigint not null references points_transactions,
  earned bigint not null check (earned > 0),
  remaining bigint not null,
  available_on date,
  ends_on date,
  purchase_id bigint references purchases,
  check (remaining between 0 and earned),
  unique nulls not distinct (transaction_id, account_id, ends_on, available_on, purchase_id)
);
create index points_lots_open on points_lots (account_id, ends_on, id) where remaining > 0;
create index points_lots_due on points_lots (available_on) where remaining > 0 and available_on is not null;
create index points_lots_ending on points_lots (ends_on) where remaining > 0;
create index points_lots_purchase on points_lots (purchase_id) where purchase_id is not null;
comment on table points_lots is
  'What a member holds, by the day it ends (inclusive); pending lots carry the day they become available.';

create table points_lot_uses (
  transaction_id bigint not null references points_transactions,
  lot_id bigint not null references points_lots,
  amount bigint not null check (amount > 0),
  primary key (transaction_id, lot_id)
);
create index points_lot_uses_lot on points_lot_uses (lot_id);
comment on table points_lot_uses is 'Which lots a transaction drew on, so that points paid can return with their old end.';

create trigger points_transactions_append_only before update or delete on points_transactions
  for each row execute function refuse_change();
create trigger points_entries_append_only before update or delete on points_entries
  for each row execute function refuse_change();
create trigger points_lot_uses_append_only before update or delete on points_lot_uses
  for each row execute function refuse_change();
create trigger points_transactions_no_truncate before truncate on points_transactions
  for each statement execute function refuse_change();
create trigger points_entries_no_truncate before truncate on points_entries
  for each statement execute function refuse_change();

create function points_apply_entry() returns trigger language plpgsql as $$
begin
  update points_accounts set balance = balance + new.amount where id = new.account_id and member_id is not null;
  return null;
end $$;
create trigger points_entries_apply after insert on points_entries
  for each row execute function points_apply_entry();

create function points_check_balanced() returns trigger language plpgsql as $$
declare total numeric; rows integer;
begin
  select sum(amount), count(*) into total, rows from points_entries where transaction_id = new.transaction_id;
  if total <> 0 or rows < 2 then
    raise exception 'unbalanced points transaction %: sum % over % rows', new.transaction_id, total, rows
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger points_entries_balanced after insert on points_entries
  deferrable initially deferred for each row execute function points_check_balanced();

create function points_check_not_empty() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from points_entries where transaction_id = new.id) then
    raise exception 'points transaction % has no entries', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger points_transactions_not_empty after insert on points_transactions
  deferrable initially deferred for each row execute function points_check_not_empty();

create function points_check_lots() returns trigger language plpgsql as $$
declare account bigint; held bigint; lots numeric;
begin
  account := case when tg_table_name = 'points_lots' then (to_jsonb(new) ->> 'account_id')::bigint else (to_jsonb(new) ->> 'id')::bigint end;
  select balance into held from points_accounts where id = account and kind in ('active', 'pending');
  if not found then return null; end if;
  select coalesce(sum(remaining), 0) into lots from points_lots where account_id = account;
  if held <> lots then
    raise exception 'lots % differ from balance % on points account %', lots, held, account using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger points_lots_match after insert or update on points_lots
  deferrable initially deferred for each row execute function points_check_lots();
create constraint trigger points_accounts_match after update of balance on points_accounts
  deferrable initially deferred for each row execute function points_check_lots();

create view points_published_lots as
  select a.member_id, a.kind, l.remaining, l.available_on, l.ends_on
  from points_lots l join points_accounts a on a.id = l.account_id
  where l.remaining > 0;
comment on view points_published_lots is 'Open lots (kind active or pending) for set-based reading by other rooms.';
