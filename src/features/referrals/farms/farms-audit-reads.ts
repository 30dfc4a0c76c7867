import '../tables.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';

const tie = {
  of: 'referral of member',
  evidence: (inviteeId: number) => sql<Evidence>`
    select 'referrals' as source, to_jsonb(r) as row from referrals r where r.invitee_id = ${inviteeId}
    union all
    select 'referral_suspicions', to_jsonb(s) - 'evidence' - 'reason' from referral_suspicions s
    where s.id in (select suspicion_id from referral_suspected_ties where invitee_id = ${inviteeId})`,
};

const suspicion = {
  of: 'referral suspicion',
  evidence: (id: number) => sql<Evidence>`
    select 'referral_suspicions' as source, to_jsonb(s) - 'reason' as row from referral_suspicions s where s.id = ${id}
    union all
    select 'audit_entries', jsonb_build_object('id', a.id, 'action', a.action, 'at', a.at) from audit_entries a
    where a.subject_kind = 'referral_suspicion' and a.subject_id = ${id}::bigint::text`,
};

/** That what looks like a farm is held until a person has decided, and that the decision is what was done. */
export const farmProofs: readonly Proof[] = [
  {
    name: 'referrals.held',
    holds: 'nobody is rewarded between being suspected and a decision',
    ...tie,
    // Who turned out to be somebody else too may have been rewarded as that person.
    subjects: sql<Subject>`
      select t.invitee_id as id, 'held' as expected,
             case when r.rewarded_at > s.found_at and (s.decided_at is null or r.rewarded_at < s.decided_at)
                  then 'rewarded' else 'held' end as found
      from referral_suspected_ties t
      join referral_suspicions s on s.id = t.suspicion_id
      join referrals r on r.invitee_id = t.invitee_id
      where not exists (select 1 from members_published_numbers m where m.merged_into_id = t.invitee_id)`,
  },
  {
    name: 'referrals.farm',
    holds: 'an invitation that ended as a farm was refused by a person',
    ...tie,
    subjects: sql<Subject>`
      select r.invitee_id as id, 'refused' as expected,
             case when exists (
               select 1 from referral_suspected_ties t join referral_suspicions s on s.id = t.suspicion_id
               where t.invitee_id = r.invitee_id and s.state = 'refused') then 'refused'
             else 'nobody refused it' end as found
      from referrals r where r.refused_reason = 'farm'`,
  },
  {
    name: 'referrals.decided',
    holds: 'a decision about a suspicion stands in the activity log, once',
    ...suspicion,
    subjects: sql<Subject>`
      select s.id, case when s.state = 'open' then 'nothing' else s.state end as expected,
             coalesce(string_agg(split_part(a.action, '.', 2), ' and '), 'nothing') as found
      from referral_suspicions s
      left join audit_entries a on a.subject_kind = 'referral_suspicion' and a.subject_id = s.id::text
        and a.action in ('referral.released', 'referral.refused')
      group by s.id`,
  },
];
