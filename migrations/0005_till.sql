-- Stores, purchases, returns.

create table stores (
  id bigint generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Za-z0-9_-]{1,20}$'),
  name text not null check (length(name) between 1 and 60),
  address text not null,
  phone text not null,
  opening_hours text,
  closed_days text,
  created_at timestamptz not null,
  closed_at timestamptz
);
comment on table stores is 'The brand''s stores and its online shop.';

create table purchases (
  id bigint generated always as identity primary key,
  store_id bigint not null references stores,
  receipt_no text not null check (length(receipt_no) between 1 and 60),
  purchased_on date not null,
  purchased_at timestamptz not null,
  channel text not null check (channel in ('store', 'online')),
  member_id bigint references members,
  total_twd integer not null check (total_twd >= 0),
  points_paid integer not null default 0 check (points_paid >= 0),
  returned_twd integer not null default 0 check (returned_twd >= 0 and returned_twd <= total_twd),
  fully_returned_at timestamptz,
  request_hash bytea not null check (octet_length(request_hash) = 32),
  answer jsonb,
  is_history boolean not null default false,
  recorded_at timestamptz not null default now(),
  unique (store_id, receipt_no, purchased_on)
);
create index purchases_member on purchases (member_id, purchased_at) where member_id is not null;
comment on column purchases.answer is 'What the till was told: a repeat is told the same. Null for history.';
comment on table purchases is 'A receipt, once per (store, number, business date). Money is whole NT$.';

create table purchase_lines (
  purchase_id bigint not null references purchases,
  line_no integer not null check (line_no > 0),
  sku text not null,
  name text not null,
  category text not null,
  quantity integer not null check (quantity > 0),
  unit_price_twd integer not null check (unit_price_twd >= 0),
  discount_twd integer not null check (discount_twd >= 0),
  amount_twd integer not null check (amount_twd >= 0),
  returned_quantity integer not null default 0 check (returned_quantity >= 0 and returned_quantity <= quantity),
  returned_twd integer not null default 0 check (returned_twd >= 0),
  primary key (purchase_id, line_no)
);
create index purchase_lines_category on purchase_lines (category);
comment on table purchase_lines is 'The lines of a receipt and how much of each came back.';

create table purchase_returns (
  id bigint generated always as identity primary key,
  purchase_id bigint not null references purchases,
  store_id bigint not null references stores,
  return_no text not null check (length(return_no) between 1 and 60),
  returned_on date not null,
  returned_at timestamptz not null,
  amount_twd integer not null check (amount_twd >= 0),
  is_full boolean not null,
  request_hash bytea not null check (octet_length(request_hash) = 32),
  answer jsonb,
  is_history boolean not null default false,
  recorded_at timestamptz not null default now(),
  unique (store_id, return_no, returned_on)
);
create index purchase_returns_purchase on purchase_returns (purchase_id);
comment on column purchase_returns.answer is 'What the till was told: a repeat is told the same. Null for history.';
comment on table purchase_returns is 'A return slip, once per (store, number, business date).';

create table purchase_return_lines (
  return_id bigint not null references purchase_returns,
  line_no integer not null,
  quantity integer not null check (quantity >= 0),
  amount_twd integer not null check (amount_twd >= 0),
  primary key (return_id, line_no)
);
comment on table purchase_return_lines is 'What came back, line by line.';

create view purchases_published_purchases as
  select p.id, p.store_id, p.member_id, p.purchased_on, p.purchased_at, p.channel,
         p.total_twd, p.points_paid, p.returned_twd, p.total_twd - p.returned_twd as net_twd,
         p.fully_returned_at, p.is_history
  from purchases p;
comment on view purchases_published_purchases is 'Purchases for set-based reading by other rooms; net = after returns.';

create view purchases_published_lines as
  select l.purchase_id, p.member_id, p.purchased_on, p.purchased_at, l.line_no, l.sku, l.category, l.quantity,
         l.amount_twd, l.returned_twd, l.returned_quantity
  from purchase_lines l join purchases p on p.id = l.purchase_id;
comment on view purchases_published_lines is 'Purchase lines for set-based reading by other rooms.';
