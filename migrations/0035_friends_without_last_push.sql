-- When somebody was pushed to stands in outbox_caps; a second copy on the person's row was written with every push and
-- never read.

drop view members_published_members;
alter table line_friends drop column first_marketing_at, drop column last_marketing_at;
create view members_published_members as
  select m.id, m.member_no, m.joined_at, m.imported_at, m.created_at, m.language, m.birth_month, m.birth_day,
         m.spending_held_until, m.spending_locked_at,
         i.line_user_id, f.display_name, f.state as friend_state, f.marketing, f.language as friend_language
  from members m
  left join member_identities i on i.member_id = m.id and i.kind = 'line' and i.until is null
  left join line_friends f on f.line_user_id = i.line_user_id
  where m.merged_into_id is null and m.erased_at is null;
comment on view members_published_members is 'Living persons with the LINE account they are reached by, for set-based reading by other rooms.';
