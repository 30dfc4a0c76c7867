-- What the audit page asks for: one kind of action, and whose balance or data an entry touches.

create index audit_entries_action on audit_entries (action, at desc, id desc);

create view members_published_numbers as
  select m.id, m.member_no, m.merged_into_id, living.member_no as living_no
  from members m join members living on living.id = coalesce(m.merged_into_id, m.id);
comment on view members_published_numbers is
  'Every member number ever given, with the number of the person whom it stands for now, for reading by other rooms.';
