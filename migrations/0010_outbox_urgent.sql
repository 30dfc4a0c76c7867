-- Replies, SMS, menus and webhooks are looked for several times a second: never through a campaign that waits.

create index outbox_messages_urgent on outbox_messages (priority, due_at, id)
  where state = 'planned' and not (channel = 'line_message' and method <> 'reply');

create index outbox_messages_sms on outbox_messages (id) where channel = 'sms';
