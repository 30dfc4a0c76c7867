import './tables.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';
import { farmProofs } from './farms/farms-audit-reads.ts';
import { milestoneProofs } from './milestones/milestones-audit-reads.ts';
import { countsFrom } from './referral-reads.ts';

/** The gifts of referrals with whom they were for, both persons as they are now: a part of proofs. */
const gifts = sql`
  select c.id as claim_id, coalesce(holder.merged_into_id, holder.id) as holder_id,
         coalesce(friend.merged_into_id, friend.id) as invitee_id, friend.id as invited_as,
         split_part(c.issue_key, ':', 3) as role
  from coupons_published_claims c
  join members_published_numbers holder on holder.id = c.member_id
  join members_published_numbers friend on friend.id::text = split_part(c.issue_key, ':', 2)
  where c.issue_key ~ '^referral:[0-9]+:(inviter|invitee)$'`;

const tieEvidence = (inviteeId: number) => sql<Evidence>`
  select 'referrals' as source, to_jsonb(r) as row from referrals r where r.invitee_id = ${inviteeId}
  union all
  select 'purchases', to_jsonb(p) from purchases_published_purchases p
  where p.id = (select first_purchase_id from referrals where invitee_id = ${inviteeId})
  union all
  select 'coupon gift', to_jsonb(g) from (${gifts}) g where g.invitee_id = ${inviteeId}
  union all
  select 'facts', jsonb_build_object('id', f.id, 'kind', f.kind, 'member_id', f.member_id,
                                     'occurred_at', f.occurred_at, 'data', f.data)
  from facts f where f.dedupe_key like 'referral.rewarded:' || ${inviteeId}::bigint || ':%'`;

const tie = { of: 'referral of member', evidence: tieEvidence };

/** That referrals are rewarded once, and for a first purchase that was kept. */
const rewardProofs: readonly Proof[] = [
  {
    name: 'referrals.gifts',
    holds:
      'a rewarded referral gave one coupon to the friend and, unless the inviter has had all, one to the inviter; ' +
      'another gave none',
    ...tie,
    subjects: sql<Subject>`
      select r.invitee_id as id,
             case r.state when 'rewarded'
               then 'invitee ' || r.invitee_id
                 || case when r.inviter_refused_reason is null
                    then ', inviter ' || coalesce(n.merged_into_id, n.id) else '' end
               else 'none' end as expected,
             coalesce(g.given, 'none') as found
      from referrals r
      join members_published_numbers n on n.id = r.inviter_id
      left join (select invitee_id, string_agg(role || ' ' || holder_id, ', ' order by role) as given
                 from (${gifts}) each group by 1) g on g.invitee_id = r.invitee_id
      -- Two persons who became one may both have been invited, or invited each other.
      where not exists (select 1 from members_published_numbers m
                        where m.merged_into_id = r.invitee_id or (m.id = r.invitee_id and m.merged_into_id is not null))`,
  },
  {
    name: 'referrals.gift_cause',
    holds: 'a referral coupon belongs to a referral that was rewarded, as the timeline says',
    of: 'coupon claim',
    evidence: (claimId) => sql<Evidence>`
      select 'coupon gift' as source, to_jsonb(g) as row from (${gifts}) g where g.claim_id = ${claimId}
      union all
      select 'referrals', to_jsonb(r) from referrals r
      where r.invitee_id in (select invitee_id from (${gifts}) g where g.claim_id = ${claimId})`,
    subjects: sql<Subject>`
      select g.claim_id as id, 'rewarded, claim ' || g.claim_id as expected,
             coalesce(r.state, case when one.id is null then 'no referral' else 'rewarded' end)
               || ', claim ' || coalesce(f.data ->> 'claimId', 'not told') as found
      from (${gifts}) g
      left join referrals r on r.invitee_id = g.invitee_id
      left join lateral (select id from members_published_numbers m
                         where m.merged_into_id = g.invitee_id limit 1) one on true
      left join facts f on f.dedupe_key = 'referral.rewarded:' || g.invited_as || ':' || g.role`,
  },
  {
    name: 'referrals.kept',
    holds:
      "a reward has the friend's own first purchase after binding, kept as long as the rules ask, nothing returned",
    ...tie,
    subjects: sql<Subject>`
      select r.invitee_id as id, 'own, after binding, paid for, kept ' || rule.days || ' days' as expected,
             case when p.id is null then 'no purchase'
                  else case when coalesce(buyer.merged_into_id, buyer.id) = coalesce(friend.merged_into_id, friend.id)
                            then 'own'
                            else 'of member ' || coalesce(p.member_id::text, '?') end
                    || case when p.purchased_at >= ${countsFrom} then ', after' else ', before' end || ' binding'
                    || case when p.total_twd >= rule.least and not p.is_history then ', paid for'
                            else ', not enough paid' end
                    || case when back.returned then ', returned' else '' end
                    || case when p.purchased_at <= r.rewarded_at - make_interval(days => rule.days)
                            then ', kept ' || rule.days || ' days' else ', too soon' end end as found
      from referrals r
      left join purchases_published_purchases p on p.id = r.first_purchase_id
      left join members_published_numbers buyer on buyer.id = p.member_id
      join members_published_numbers friend on friend.id = r.invitee_id
      cross join lateral (
        select (b.data ->> 'keptDays')::int as days,
               -- What was asked on the day of the purchase may have changed since: the mildest counts.
               (select min(coalesce((o.data ->> 'minFirstPurchaseTwd')::int, 1)) from brand_policies o
                where o.section = 'referrals' and o.effective_from <= r.rewarded_at) as least
        from brand_policies b
        where b.section = 'referrals' and b.effective_from <= r.rewarded_at
        order by b.effective_from desc, b.version desc limit 1) rule
      left join lateral (
        select true as returned from facts f
        where f.kind = 'purchase.returned' and f.occurred_at < r.rewarded_at and f.occurred_at >= p.purchased_at
          and f.data ->> 'purchaseId' = p.id::text limit 1) back on true
      where r.state = 'rewarded'`,
  },
  {
    name: 'referrals.full',
    holds: 'an inviter who got nothing for a rewarded friend had had as many gifts as one gets',
    ...tie,
    subjects: sql<Subject>`
      select r.invitee_id as id, greatest(rule.life, had.gifts)::text as expected, had.gifts::text as found
      from referrals r
      join members_published_numbers n on n.id = r.inviter_id
      cross join lateral (
        select coalesce(min((b.data -> 'caps' ->> 'life')::int), 2147483647) as life from brand_policies b
        where b.section = 'referrals' and b.effective_from <= r.rewarded_at) rule
      cross join lateral (
        select count(*) as gifts from (${gifts}) g join coupons_published_claims c on c.id = g.claim_id
        where g.role = 'inviter' and g.holder_id = coalesce(n.merged_into_id, n.id)
          and c.claimed_at <= r.rewarded_at) had
      where r.inviter_refused_reason is not null`,
  },
  {
    name: 'referrals.once',
    holds: 'no purchase and no friend brings two referral rewards',
    ...tie,
    subjects: sql<Subject>`
      select max(r.invitee_id) as id, '1' as expected, count(*)::text as found
      from referrals r where r.first_purchase_id is not null group by r.first_purchase_id`,
  },
  {
    name: 'referrals.not_oneself',
    holds: 'nobody invited themselves, unless two persons became one after the reward',
    ...tie,
    subjects: sql<Subject>`
      select r.invitee_id as id, 'someone else' as expected,
             case when coalesce(one.merged_into_id, one.id) = coalesce(other.merged_into_id, other.id)
                   and r.state <> 'rewarded' then 'the same person' else 'someone else' end as found
      from referrals r
      join members_published_numbers one on one.id = r.inviter_id
      join members_published_numbers other on other.id = r.invitee_id`,
  },
];

/** That referrals are rewarded as the rules say, that titles are earned, and that suspicions are decided by people. */
export const referralProofs: readonly Proof[] = [...rewardProofs, ...milestoneProofs, ...farmProofs];
