import './tables.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';

const campaignEvidence = (campaignId: number) => sql<Evidence>`
  select 'campaigns' as source, to_jsonb(c) - 'name' as row from campaigns c where c.id = ${campaignId}
  union all
  select 'campaign_recipients', jsonb_build_object('arm', arm, 'reason', reason, 'count', count(*))
  from campaign_recipients where campaign_id = ${campaignId} group by arm, reason
  union all
  select 'campaign_results', to_jsonb(r) from campaign_results r where r.campaign_id = ${campaignId}
  union all
  select 'outbox_published_messages', jsonb_build_object('arm', m.arm, 'state', m.state, 'reason', m.reason, 'count', count(*))
  from campaigns c join outbox_published_messages m on m.stream_id = c.stream_id
  where c.id = ${campaignId} group by m.arm, m.state, m.reason`;

const campaign = { of: 'campaign', evidence: campaignEvidence };

/** That a campaign meets everybody of its audience once, and knows what became of each. */
export const campaignProofs: readonly Proof[] = [
  {
    name: 'campaigns.sum',
    holds: 'sent, to come, skipped, failed and unknown add up to everybody of the audience',
    ...campaign,
    subjects: sql<Subject>`
      select c.id, (select count(*) from campaign_recipients r where r.campaign_id = c.id)::text as expected,
             case when c.closed_at is not null
                  then (select coalesce(sum(people_count), 0) from campaign_results r where r.campaign_id = c.id)
                  else (select count(*) from outbox_published_messages m where m.stream_id = c.stream_id)
                       + (select count(*) from campaign_recipients r
                          where r.campaign_id = c.id and r.reason is not null) end::text as found
      from campaigns c where c.stream_id is not null`,
  },
  {
    name: 'campaigns.once',
    holds: 'nobody has two messages of one campaign',
    ...campaign,
    subjects: sql<Subject>`
      select c.id, '0 people twice' as expected,
             (select count(*) from (select 1 from outbox_published_messages m where m.stream_id = c.stream_id
                                    group by m.line_user_id having count(*) > 1) twice) || ' people twice' as found
      from campaigns c where c.stream_id is not null`,
  },
  {
    name: 'campaigns.known',
    holds: 'whoever a campaign wrote down is a person that we know',
    ...campaign,
    subjects: sql<Subject>`
      select c.id, '0 strangers' as expected,
             (select count(*) from campaign_recipients r where r.campaign_id = c.id and not exists (
                select from members_published_numbers n where n.id = r.member_id)) || ' strangers' as found
      from campaigns c where c.stream_id is not null`,
  },
  {
    name: 'campaigns.over',
    holds: 'a campaign that is over has nothing that is still to leave',
    ...campaign,
    subjects: sql<Subject>`
      select c.id, '0 to come' as expected,
             (select count(*) from outbox_published_messages m
              where m.stream_id = c.stream_id and m.finished_at is null) || ' to come' as found
      from campaigns c where c.closed_at is not null and c.stream_id is not null`,
  },
];
