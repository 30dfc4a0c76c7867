-- A plan writes a hundred thousand people in a few seconds: each costs few look-ups and few index entries.

-- Persons and campaigns are never deleted, and who is written down came out of an audience, which knows only persons.
-- A look-up of both for every recipient cost more than everything else of writing one down.
alter table campaign_recipients drop constraint campaign_recipients_campaign_id_fkey;
alter table campaign_recipients drop constraint campaign_recipients_member_id_fkey;
-- Who was merged is looked for campaign by campaign: that is rare, and campaigns are few.
drop index campaign_recipients_member;

create table outbox_offered (
  line_user_id text primary key
);
comment on table outbox_offered is
  'Who was sent an offer that outbox_caps does not know any more: the next one is not their first.';
