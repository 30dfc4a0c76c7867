-- A till that repeats a receipt may name the same member in another way: member codes change twice a minute.

alter table purchases add column content_hash bytea check (octet_length(content_hash) = 32);
comment on column purchases.request_hash is 'All that the till told, keyed: the very same again is a repeat whatever became of the member.';
comment on column purchases.content_hash is
  'The same without how the member was named, who is compared as the member that it is. Null for history.';
