import './tables.ts';
import type { RawBuilder } from 'kysely';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';
import type { TierReason } from './tables.ts';

const tierEvidence = (membershipId: number) => sql<Evidence>`
  with asked as (select member_id, cause_purchase_id from tier_memberships where id = ${membershipId})
  select 'tier_memberships' as source, to_jsonb(t) as row
  from tier_memberships t join asked using (member_id)
  union all
  select 'facts', jsonb_build_object('id', f.id, 'kind', f.kind, 'member_id', f.member_id,
                                     'occurred_at', f.occurred_at, 'data', f.data)
  from facts f where f.dedupe_key = 'tier.changed:' || ${membershipId}::bigint
  union all
  (select 'purchases', to_jsonb(p) from purchases_published_purchases p, asked
   where p.member_id = asked.member_id or p.id = asked.cause_purchase_id
   order by p.purchased_at desc limit 50)`;

const membership = { of: 'tier membership', evidence: tierEvidence };

const living = (id: RawBuilder<unknown>) =>
  sql`(select coalesce(n.merged_into_id, n.id) from members_published_numbers n where n.id = ${id})`;

const dayOf = (instant: RawBuilder<unknown>) => sql`(${instant} at time zone (
  select data ->> 'zone' from brand_policies where section = 'brand'
  order by effective_from desc, version desc limit 1))::date`;

/** Each step of every version of the rules by threshold, as (version, months, key, threshold, keeps). */
const steps = sql`
  select b.version, (b.data ->> 'windowMonths')::int as months, step ->> 'key' as key,
         coalesce((step ->> 'thresholdTwd')::bigint, 0) as threshold,
         coalesce((step ->> 'keepTwd')::bigint, (step ->> 'thresholdTwd')::bigint, 0) as keeps
  from brand_policies b cross join jsonb_array_elements(b.data -> 'tiers') step
  where b.section = 'tiers' and coalesce(b.data ->> 'mode', 'threshold') = 'threshold'`;

/**
 * The row before, which ended in the moment in which this one begins; of someone who was two persons then, the one
 * that `first` puts first.
 */
const former = (first: RawBuilder<unknown>) => sql`
  select o.tier_key, o.review_on from tier_memberships o
  where o.member_id = t.member_id and o.id < t.id and o.until = t.since order by ${first} limit 1`;

type Cause = { holds: string; subjects: RawBuilder<Subject> };

/** What explains a tier that was reached, kept or lost in each way. */
const causes: Record<TierReason, Cause> = {
  joined: {
    holds: 'who joins begins in a tier that asks for nothing',
    subjects: sql<Subject>`
      select t.id, '0' as expected, s.threshold::text as found
      from tier_memberships t left join (${steps}) s on s.version = t.policy_version and s.key = t.tier_key
      where t.reason = 'joined'`,
  },
  risen: {
    holds: "a rise has a purchase of the member's own, and the spending of that moment reached the tier",
    subjects: sql<Subject>`
      select t.id,
             'member ' || ${living(sql`t.member_id`)} || ', NT$'
               || greatest((f.data ->> 'netTwd')::bigint, s.threshold) as expected,
             case when p.id is null then 'no purchase' when p.is_history then 'a purchase of the past'
                  else 'member ' || ${living(sql`p.member_id`)} || ', NT$' || (f.data ->> 'netTwd') end as found
      from tier_memberships t
      left join purchases_published_purchases p on p.id = t.cause_purchase_id
      left join facts f on f.dedupe_key = 'tier.changed:' || t.id
      left join (${steps}) s on s.version = (f.data ->> 'policyVersion')::int and s.key = t.tier_key
      where t.reason = 'risen'`,
  },
  withdrawn: {
    holds: 'a tier is withdrawn in the moment of a return of the member',
    subjects: sql<Subject>`
      select t.id, 'a return' as expected,
             case when exists (
               select 1 from facts f where f.kind = 'purchase.returned' and f.occurred_at = t.since
                 and ${living(sql`f.member_id`)} = ${living(sql`t.member_id`)}) then 'a return'
             else 'no return' end as found
      from tier_memberships t where t.reason = 'withdrawn'`,
  },
  fallen: {
    holds: 'a tier is lost at its review, not before its day',
    subjects: sql<Subject>`
      select t.id, 'review until ' || ${dayOf(sql`t.since`)} as expected,
             case when was.review_on <= ${dayOf(sql`t.since`)} then 'review until ' || ${dayOf(sql`t.since`)}
                  else coalesce('review on ' || was.review_on, 'no tier before') end as found
      from tier_memberships t left join lateral (${former(sql`o.review_on`)}) was on true
      where t.reason = 'fallen'`,
  },
  raised: {
    holds: 'a tier is raised at the review of the one before, and the spending of that moment reached it',
    subjects: sql<Subject>`
      select t.id,
             'review until ' || ${dayOf(sql`t.since`)} || ', NT$'
               || greatest((f.data ->> 'netTwd')::bigint, s.threshold) as expected,
             case when was.review_on <= ${dayOf(sql`t.since`)} then 'review until ' || ${dayOf(sql`t.since`)}
                  else coalesce('review on ' || was.review_on, 'no tier before') end
               || ', NT$' || (f.data ->> 'netTwd') as found
      from tier_memberships t left join lateral (${former(sql`o.review_on`)}) was on true
      left join facts f on f.dedupe_key = 'tier.changed:' || t.id
      left join (${steps}) s on s.version = (f.data ->> 'policyVersion')::int and s.key = t.tier_key
      where t.reason = 'raised'`,
  },
  ranked_up: {
    holds: 'a rank has a ranking, in which the member had what the tier took then',
    subjects: sql<Subject>`
      select t.id,
             case when c.min_score is not null
                  then 'score ' || greatest((f.data ->> 'score')::int, c.min_score)
                  else 'NT$' || greatest((f.data ->> 'netTwd')::bigint, c.cut_twd) end as expected,
             case when t.ranking_id is null then 'no ranking'
                  when c.min_score is not null then 'score ' || (f.data ->> 'score')
                  when c.cut_twd is null then 'a tier that nobody reached'
                  else 'NT$' || (f.data ->> 'netTwd') end as found
      from tier_memberships t
      left join tier_ranking_cuts c on c.ranking_id = t.ranking_id and c.tier_key = t.tier_key
      left join facts f on f.dedupe_key = 'tier.changed:' || t.id
      where t.reason = 'ranked_up'`,
  },
  ranked_down: {
    holds: 'a rank is lost in a ranking that the member was below, and not while it was protected',
    subjects: sql<Subject>`
      select t.id, 'below, not protected' as expected,
             case when r.id is null then 'no ranking'
                  when was.tier_key is null then 'no tier before'
                  when was.review_on > r.ranked_on then 'protected until ' || was.review_on
                  when (f.data ->> 'score')::int >= c.min_score then 'score ' || (f.data ->> 'score')
                  when (f.data ->> 'netTwd')::bigint >= c.cut_twd then 'NT$' || (f.data ->> 'netTwd')
                  else 'below, not protected' end as found
      from tier_memberships t left join tier_rankings r on r.id = t.ranking_id
      left join lateral (${former(sql`o.review_on`)}) was on true
      left join tier_ranking_cuts c on c.ranking_id = r.id and c.tier_key = was.tier_key
      left join facts f on f.dedupe_key = 'tier.changed:' || t.id
      where t.reason = 'ranked_down'`,
  },
  kept: {
    holds: 'a tier is kept that was held before',
    subjects: sql<Subject>`
      select t.id, t.tier_key as expected, coalesce(was.tier_key, 'no tier before') as found
      from tier_memberships t left join lateral (${former(sql`o.tier_key <> t.tier_key`)}) was on true
      where t.reason = 'kept'`,
  },
  imported: {
    holds: 'an imported tier is what the receipts of its window reach, returns or not',
    subjects: sql<Subject>`
      select t.id, 'NT$' || greatest(spent.gross, s.threshold) as expected, 'NT$' || spent.gross as found
      from tier_memberships t
      left join (${steps}) s on s.version = t.policy_version and s.key = t.tier_key
      cross join lateral (
        select coalesce(sum(p.total_twd), 0) as gross from purchases_published_purchases p
        where p.member_id = t.member_id and p.purchased_on <= ${dayOf(sql`t.since`)} + 1
          and p.purchased_on >= ${dayOf(sql`t.since`)} - make_interval(months => s.months)) spent
      where t.reason = 'imported'`,
  },
};

/** That everyone has one tier at a time, that the timeline tells each change, and that each has a cause. */
export const tierProofs: readonly Proof[] = [
  {
    name: 'tiers.one',
    holds: 'nobody holds two tiers at once',
    ...membership,
    subjects: sql<Subject>`
      select max(t.id) as id, 'at most 1' as expected,
             case when count(*) filter (where t.until is null) > 1
                  then count(*) filter (where t.until is null)::text else 'at most 1' end as found
      from tier_memberships t group by t.member_id`,
  },
  {
    name: 'tiers.told',
    holds: 'a change of tier stands in the timeline as it was made',
    ...membership,
    subjects: sql<Subject>`
      select t.id, 'member ' || ${living(sql`t.member_id`)} || ' ' || t.reason || ' to ' || t.tier_key as expected,
             coalesce('member ' || ${living(sql`f.member_id`)} || ' ' || (f.data ->> 'reason') || ' to '
                      || (f.data ->> 'to'), 'nothing told') as found
      from tier_memberships t left join facts f on f.dedupe_key = 'tier.changed:' || t.id
      where t.reason in ('risen', 'withdrawn', 'raised', 'fallen', 'ranked_up', 'ranked_down')`,
  },
  ...Object.entries(causes).map(([reason, cause]) => ({ name: `tiers.${reason}`, ...membership, ...cause })),
  {
    name: 'tiers.stands',
    holds: 'a tier that was reached by buying stands on purchases that have stayed, in some window since',
    ...membership,
    // The mildest rules and the best window since then: aging out takes nothing away before the review.
    subjects: sql<Subject>`
      select t.id, 'NT$' || greatest(best.net, rule.threshold) as expected, 'NT$' || best.net as found
      from tier_memberships t
      cross join lateral (select min(s.keeps) as threshold, max(s.months) as months from (${steps}) s
                          where s.key = t.tier_key) rule
      cross join lateral (
        select max(spent.net) as net
        from (
          select ${dayOf(sql`o.since`)} as day from tier_memberships o where o.member_id = t.member_id
          union
          select p.purchased_on from purchases_published_purchases p where p.member_id = t.member_id
        ) d
        cross join lateral (
          select coalesce(sum(p.net_twd), 0) as net from purchases_published_purchases p
          where p.member_id = t.member_id and p.purchased_on <= d.day
            and p.purchased_on > d.day - make_interval(months => rule.months)) spent
      ) best
      where t.until is null and t.reason = 'risen'
        and not exists (select 1 from tier_memberships o where o.member_id = t.member_id and o.id < t.id
                          and o.tier_key = t.tier_key and o.reason not in ('risen', 'withdrawn'))`,
  },
  {
    name: 'tiers.gifts',
    holds: "a coupon of a tier is the member's own, and the tier's rules name it",
    ...membership,
    subjects: sql<Subject>`
      select g.membership_id as id,
             'member ' || ${living(sql`t.member_id`)} || ', coupon ' || g.coupon_key || ' of ' || t.tier_key as expected,
             case when c.id is null then 'no claim'
                  else 'member ' || ${living(sql`c.member_id`)} || ', coupon ' || c.coupon_key || ' of '
                    || case when exists (
                         select 1 from brand_policies b cross join jsonb_array_elements(b.data -> 'tiers') step
                         cross join jsonb_array_elements(step -> 'benefits') benefit
                         where b.section = 'tiers' and step ->> 'key' = t.tier_key
                           and benefit ->> 'couponKey' = g.coupon_key) then t.tier_key else 'no tier' end
             end as found
      from tier_gifts g join tier_memberships t on t.id = g.membership_id
      left join coupons_published_claims c on c.id = g.claim_id and c.issue_key = 'tier:' || g.gift_key
      where g.claim_id is not null`,
  },
  {
    name: 'tiers.gift_cause',
    holds: 'a coupon that was given for a tier stands among what tiers gave',
    of: 'coupon claim',
    evidence: (claimId) => sql<Evidence>`
      select 'coupons_published_claims' as source, to_jsonb(c) as row from coupons_published_claims c
      where c.id = ${claimId}`,
    subjects: sql<Subject>`
      select c.id, 'claim ' || c.id as expected, coalesce('claim ' || g.claim_id, 'nothing given') as found
      from coupons_published_claims c left join tier_gifts g on 'tier:' || g.gift_key = c.issue_key
      where c.issue_key like 'tier:%'`,
  },
];
