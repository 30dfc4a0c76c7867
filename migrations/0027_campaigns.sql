-- Campaigns: what marketers write, to whom it goes, when, and what became of each person.

create table campaign_templates (
  id bigint generated always as identity primary key,
  key text not null unique check (key ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  name text not null check (char_length(name) between 1 and 60),
  created_at timestamptz not null
);
comment on table campaign_templates is 'What campaigns say, by a key of the brand''s own; its content stands in versions.';

create table campaign_template_versions (
  id bigint generated always as identity primary key,
  template_id bigint not null references campaign_templates,
  version integer not null check (version > 0),
  content jsonb not null,
  changed_at timestamptz not null,
  locked_at timestamptz,
  unique (template_id, version)
);
create unique index campaign_template_versions_open on campaign_template_versions (template_id) where locked_at is null;
comment on table campaign_template_versions is
  'The arms of a template with their messages per language. A version that a campaign was scheduled with never changes again; the next change begins a new one.';

create function campaigns_keep_locked_version() returns trigger language plpgsql as $$
begin
  if old.locked_at is not null then
    raise exception 'version % of template % was scheduled and stays as it is', old.version, old.template_id
      using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger campaign_template_versions_locked before update or delete on campaign_template_versions
  for each row execute function campaigns_keep_locked_version();

create table campaigns (
  id bigint generated always as identity primary key,
  name text not null check (char_length(name) between 1 and 60),
  goal text not null check (goal in ('repurchase', 'claim', 'redeem', 'bind', 'reply')),
  goal_days smallint not null check (goal_days between 1 and 90),
  audience_id bigint not null references audiences,
  template_id bigint not null references campaign_templates,
  template_version_id bigint references campaign_template_versions,
  state text not null default 'draft'
    check (state in ('draft', 'scheduled', 'planning', 'running', 'paused', 'finished', 'stopped')),
  revision integer not null default 1 check (revision > 0),
  pace_per_second integer check (pace_per_second between 1 and 2000),
  quiet text not null check (quiet in ('hold', 'skip')),
  life_hours smallint not null check (life_hours between 1 and 168),
  if_over_quota text not null check (if_over_quota in ('refuse', 'trim')),
  scheduled_at timestamptz,
  expected_count integer check (expected_count >= 0),
  most_people integer check (most_people >= 0),
  quota jsonb,
  stream_id bigint unique references outbox_streams,
  planned_up_to bigint not null default 0,
  planned_count integer not null default 0 check (planned_count >= 0),
  started_at timestamptz,
  planned_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null,
  check ((state = 'draft') = (template_version_id is null)),
  check (template_version_id is null or scheduled_at is not null),
  check (state not in ('planning', 'running', 'paused', 'finished') or (stream_id is not null and started_at is not null)),
  check (state <> 'running' or planned_at is not null),
  check (state <> 'finished' or closed_at is not null),
  check (closed_at is null or state in ('finished', 'stopped'))
);
create index campaigns_audience on campaigns (audience_id);
create index campaigns_template on campaigns (template_id);
create index campaigns_version on campaigns (template_version_id) where template_version_id is not null;
create index campaigns_open on campaigns (state, scheduled_at) where closed_at is null and state <> 'draft';
comment on table campaigns is
  'Who is told what from when on. Its messages leave as one stream of the outbox; closed_at is when nothing was open any more.';
comment on column campaigns.revision is 'Grows with every change of the draft: whoever agrees to it agrees to this one.';
comment on column campaigns.quota is 'What LINE''s month had room for when that was last looked at for this campaign.';
comment on column campaigns.most_people is 'Trimmed to so many by choice, because the month has room for no more; null = not trimmed.';
comment on column campaigns.planned_up_to is
  'The member up to whom the audience is planned, committed with each batch: a planner that was killed is gone on from here.';

create table campaign_recipients (
  campaign_id bigint not null references campaigns,
  member_id bigint not null references members,
  arm text,
  reason text,
  primary key (campaign_id, member_id),
  check ((arm is null) = (reason is not null))
);
create index campaign_recipients_member on campaign_recipients (member_id);
comment on table campaign_recipients is
  'Everybody of the audience when it was planned, once: with the arm that they were given, or with the reason for which they were left out.';

create table campaign_results (
  campaign_id bigint not null references campaigns,
  arm text not null,
  state text not null check (state in ('sent', 'skipped', 'failed', 'unknown')),
  reason text not null,
  people_count integer not null check (people_count > 0),
  primary key (campaign_id, arm, state, reason)
);
comment on table campaign_results is
  'What a campaign came to, counted once when nothing was open any more; it outlives the rows that were counted. Empty texts: no arm, no reason.';

create table outbox_units (
  month date not null,
  name text not null check (name ~ '^[a-zA-Z0-9_]{1,30}$'),
  is_refused boolean not null,
  created_at timestamptz not null default now(),
  primary key (month, name)
);
comment on table outbox_units is
  'Names under which LINE counts impressions and clicks, by the month in which they may be used: LINE takes 1,000 a month. Refused ones came when too many were used; their messages leave without a name.';

create view audiences_published_members as
  select audience_id, member_id from audience_members;
comment on view audiences_published_members is 'Who is in which audience, for set-based reading by other rooms.';

create view audiences_published_audiences as
  select id, key, name from audiences;
comment on view audiences_published_audiences is 'Audiences by id, for reading by other rooms.';

create view tiers_published_members as
  select member_id, tier_key from tier_memberships where until is null;
comment on view tiers_published_members is
  'The tiers that are held now, for set-based reading by other rooms; who has none here is in the first tier.';

-- A brand that has decided on settings of its own keeps them; what they do not say has a default in the schema.
insert into brand_policies (section, version, effective_from, actor_kind, actor_id, data)
select section, 2, effective_from, 'system', 'migration', data || '{ "campaignPeopleAbove": 10000 }'::jsonb
from brand_policies b
where b.section = 'staff' and b.version = 1 and b.actor_kind = 'system' and b.actor_id = 'migration'
  and not exists (select 1 from brand_policies o where o.section = 'staff' and o.version > 1);
