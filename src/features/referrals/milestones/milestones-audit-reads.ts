import '../tables.ts';
import type { RawBuilder } from 'kysely';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';

const living = (id: RawBuilder<unknown>) =>
  sql`(select coalesce(n.merged_into_id, n.id) from members_published_numbers n where n.id = ${id})`;

/** Every friend who was rewarded, with who had invited them, as that person is now: a part of proofs. */
const rewarded = sql`
  select f.data ->> 'inviteeId' as friend, f.occurred_at,
         coalesce(n.merged_into_id, n.id) as inviter_id
  from facts f join members_published_numbers n on n.id = (f.data ->> 'inviterId')::bigint
  where f.kind = 'referral.rewarded' and f.data ->> 'role' = 'invitee'`;

/** The gifts of titles with the person and the number of friends that they were for: a part of proofs. */
const gifts = sql`
  select c.id as claim_id, coalesce(holder.merged_into_id, holder.id) as holder_id,
         coalesce(earner.merged_into_id, earner.id) as earner_id, split_part(c.issue_key, ':', 3)::int as friends
  from coupons_published_claims c
  join members_published_numbers holder on holder.id = c.member_id
  join members_published_numbers earner on earner.id::text = split_part(c.issue_key, ':', 2)
  where c.issue_key ~ '^referral-milestone:[0-9]+:[0-9]+$'`;

const evidenceOf = (memberId: RawBuilder<unknown>) => sql<Evidence>`
  select 'referral_milestones' as source, to_jsonb(m) as row from referral_milestones m
  where m.member_id = ${memberId}
  union all
  (select 'referrals', to_jsonb(r) from referrals r where r.inviter_id = ${memberId}
   order by r.rewarded_at nulls last limit 50)
  union all
  select 'coupon gift', to_jsonb(g) from (${gifts}) g where g.earner_id = ${memberId}`;

const milestone = {
  of: 'referral milestone',
  evidence: (id: number) => evidenceOf(sql`(select member_id from referral_milestones where id = ${id})`),
};

/** That titles for bringing friends are earned, once, and given where they are. */
export const milestoneProofs: readonly Proof[] = [
  {
    name: 'referrals.milestones',
    holds: 'a title for bringing friends stands on as many friends who were rewarded by then',
    ...milestone,
    subjects: sql<Subject>`
      select m.id, greatest(m.friends, count(distinct f.friend))::text as expected,
             count(distinct f.friend)::text as found
      from referral_milestones m
      left join (${rewarded}) f on f.inviter_id = m.member_id and f.occurred_at <= m.reached_at
      group by m.id`,
  },
  {
    name: 'referrals.milestones_given',
    holds: 'whoever has brought as many friends as the rules asked for then has the title',
    of: 'inviter',
    evidence: (memberId) => evidenceOf(sql`${memberId}::bigint`),
    // Friends of two persons who became one were rewarded under the rules of their days.
    subjects: sql<Subject>`
      select i.inviter_id as id, (step ->> 'friends') as expected,
             coalesce(m.friends::text, 'no title') as found
      from (select r.inviter_id, count(*) as friends, max(r.rewarded_at) as latest
            from referrals r where r.state = 'rewarded' group by 1) i
      cross join lateral (
        select b.data -> 'milestones' as milestones from brand_policies b
        where b.section = 'referrals' and b.effective_from <= i.latest
        order by b.effective_from desc, b.version desc limit 1) rule
      cross join lateral jsonb_array_elements(coalesce(rule.milestones, '[]')) step
      left join referral_milestones m on m.member_id = i.inviter_id and m.friends = (step ->> 'friends')::int
      where (step ->> 'friends')::int <= i.friends
        and exists (select 1 from members_published_numbers n where n.id = i.inviter_id and n.merged_into_id is null)
        and not exists (select 1 from members_published_numbers n where n.merged_into_id = i.inviter_id)`,
  },
  {
    name: 'referrals.milestone_gift',
    holds: 'the coupon of a title is the one that was given for it, to its member',
    ...milestone,
    subjects: sql<Subject>`
      select m.id, 'claim ' || m.claim_id || ', member ' || ${living(sql`m.member_id`)} as expected,
             coalesce('claim ' || g.claim_id || ', member ' || g.holder_id, 'no such gift') as found
      from referral_milestones m
      left join (${gifts}) g on g.claim_id = m.claim_id and g.friends = m.friends
        and g.earner_id = ${living(sql`m.member_id`)}
      where m.claim_id is not null`,
  },
  {
    name: 'referrals.milestone_gift_cause',
    holds: 'a coupon that was given for a title belongs to a title',
    of: 'coupon claim',
    evidence: (claimId) => sql<Evidence>`
      select 'coupon gift' as source, to_jsonb(g) as row from (${gifts}) g where g.claim_id = ${claimId}`,
    subjects: sql<Subject>`
      select g.claim_id as id, 'a title' as expected,
             case when m.id is null then 'no title' else 'a title' end as found
      from (${gifts}) g
      left join referral_milestones m on m.member_id = g.earner_id and m.friends = g.friends`,
  },
];
