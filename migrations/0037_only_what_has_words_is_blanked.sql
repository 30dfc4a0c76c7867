-- Of a multicast's recipients one holds the body. The others have nothing to blank: they stood in the index in vain, and
-- were rewritten after 48 hours.

drop index outbox_sent_unblanked;
create index outbox_sent_unblanked on outbox_sent (finished_at)
  where body is not null or secret_encrypted is not null or reply_token is not null;
comment on column outbox_sent.blanked_at is 'When its body, secret and reply token were deleted; null where it had none.';
