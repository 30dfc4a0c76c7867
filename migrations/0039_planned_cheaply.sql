-- A plan writes a hundred thousand people in a few seconds: each costs few look-ups and few index entries.

-- Persons and campaigns are never deleted, and who is written down came out of an audience, which knows only persons.
-- A look-up of both for every recipient cost more than everything else of writing one down.
alter table campaign_recipients drop constraint campaign_recipients_campaign_id_fkey;
alter table campaign_recipients drop constraint campaign_recipients_member_id_fkey;
-- Who was merged is looked for campaign by campaign: that is rare, and campaigns are few.
drop index campaign_recipients_member;

-- What was counted against caps goes in time; that somebody was sent an offer stays known.
create table outbox_offered (
  line_user_id text primary key
);
comment on table outbox_offered is
  'Who was sent an offer that outbox_caps has forgotten: the next one does not tell again how to stop.';

-- In an index by person each has a page of their own in time, and a campaign changes them all. What counts is young: by
-- spans of 32 days, a person's rows stand beside those of their neighbours, and two or three places are looked up.
create function outbox_span(day date) returns integer language sql immutable strict parallel safe
  return (day - date '2000-01-01') / 32;
comment on function outbox_span is 'The 32 days in which a day lies, counted from 2000 on.';
drop index outbox_caps_person;
create index outbox_caps_span on outbox_caps (outbox_span(sent_on), line_user_id, sent_on);
