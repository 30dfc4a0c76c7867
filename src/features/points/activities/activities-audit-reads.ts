import '../tables.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';
import { movements } from '../proof/movement-reads.ts';

/** An activity without its hash, and all that the same member did of its kind in its month. */
const activityEvidence = (activityId: number) => sql<Evidence>`
  select 'points_activities' as source, to_jsonb(other) - '{request_hash,answer}'::text[] as row
  from points_activities a
  join points_activities other on other.member_id = a.member_id and other.kind = a.kind
    and date_trunc('month', other.occurred_on) = date_trunc('month', a.occurred_on)
  where a.id = ${activityId}
  order by other.id`;

const activity = { of: 'activity', evidence: activityEvidence };

/** That every activity earned what the rules of its moment give, and no more than their caps. */
export const activityProofs: readonly Proof[] = [
  {
    name: 'activities.paid',
    holds: 'an activity brought the member the points that it notes',
    ...activity,
    subjects: sql<Subject>`
      select a.id, a.points::text as expected, coalesce(m.moved, 0)::text as found
      from points_activities a left join (${movements}) m on m.transaction_id = a.transaction_id`,
  },
  {
    name: 'activities.caps',
    holds:
      'an activity earned all that its rule gives or nothing, and never more than a day or a month may give',
    ...activity,
    subjects: sql<Subject>`
      with ran as (
        select a.id, a.kind, a.points, a.policy_version,
               sum(a.points) over (partition by a.member_id, a.kind, a.occurred_on order by a.id) as day,
               sum(a.points) over (partition by a.member_id, a.kind, date_trunc('month', a.occurred_on)
                                   order by a.id) as month
        from points_activities a
      )
      select ran.id,
             case when ran.points = 0 then 'nothing'
                  else coalesce(rule ->> 'points', '0') || ', day ' || least(ran.day, (rule ->> 'perDay')::bigint)
                    || ', month ' || least(ran.month, (rule ->> 'perMonth')::bigint) end as expected,
             case when ran.points = 0 then 'nothing'
                  else ran.points || ', day ' || ran.day || ', month ' || ran.month end as found
      from ran
      left join brand_policies p on p.section = 'points' and p.version = ran.policy_version
      cross join lateral (select p.data -> 'activities' -> ran.kind as rule) r`,
  },
];
