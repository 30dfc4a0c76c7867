-- Codes by which a held coupon is used without its holder's member code.

create table coupon_codes (
  claim_id bigint not null references coupon_claims,
  kind text not null check (kind in ('counter', 'online')),
  code_hmac bytea not null unique check (octet_length(code_hmac) = 32),
  made_at timestamptz not null,
  expires_at timestamptz,
  spent_at timestamptz,
  primary key (claim_id, kind),
  check ((kind = 'counter') = (expires_at is not null)),
  check (spent_at is null or kind = 'counter')
);
comment on table coupon_codes is
  'The living code of a claim for counters (5 minutes, once; a newer one takes its place) and for online shops (derived from the claim, shown again as long as it lives). Never the code itself. Wire clock.';

create table coupon_code_tries (
  id bigint generated always as identity primary key,
  caller text not null,
  member_id bigint references members,
  tried_at timestamptz not null
);
create index coupon_code_tries_caller on coupon_code_tries (caller, tried_at);
create index coupon_code_tries_member on coupon_code_tries (member_id, tried_at);
create index coupon_code_tries_time on coupon_code_tries (tried_at);
comment on table coupon_code_tries is
  'Codes that were tried: counted before they are looked at, taken back when they were right. What stays was wrong. Wire clock.';
