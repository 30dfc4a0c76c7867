import './tables.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';
import { movementEvidence, movements } from '../points/proof/movement-reads.ts';

/** Every use of a coupon that was not undone, as (redemption_id, claim_id, member_id, purchase_id): a part of proofs. */
export const livingUses = sql`
  select u.id as redemption_id, u.claim_id, c.member_id, u.purchase_id
  from coupon_redemptions u join coupon_claims c on c.id = u.claim_id where u.undone_at is null`;

const couponEvidence = (couponId: number) => sql<Evidence>`
  select 'coupons' as source,
         jsonb_build_object('id', id, 'key', key, 'quota', quota, 'claimed_count', claimed_count,
                            'per_member', per_member) as row
  from coupons where id = ${couponId}
  union all
  (select 'coupon_claims', to_jsonb(c) from coupon_claims c where c.coupon_id = ${couponId} order by c.id desc limit 20)`;

const claimEvidence = (claimId: number) => sql<Evidence>`
  select 'coupon_claims' as source, to_jsonb(c) as row from coupon_claims c where c.id = ${claimId}
  union all
  select 'coupon_redemptions', to_jsonb(u) from coupon_redemptions u where u.claim_id = ${claimId}
  union all
  select 'facts', jsonb_build_object('id', f.id, 'kind', f.kind, 'member_id', f.member_id, 'data', f.data)
  from facts f where f.dedupe_key in ('coupon.claimed:' || ${claimId}::bigint, 'coupon.issued:' || ${claimId}::bigint)`;

const coupon = { of: 'coupon', evidence: couponEvidence };
const claim = { of: 'coupon claim', evidence: claimEvidence };

/** The points that moved for claims, by claim: what was exchanged, and what came back. */
const exchanged = sql`
  select case when m.source_id ~ '^[0-9]{1,18}$' then m.source_id::bigint end as claim_id,
         coalesce(-sum(m.moved) filter (where m.reason = 'exchanged'), 0) as paid,
         coalesce(sum(m.moved) filter (where m.reason = 'exchange_returned'), 0) as back
  from (${movements}) m where m.source_kind = 'claim' group by 1`;

/** That coupons are counted, limited, given and used as their rows say. */
export const couponProofs: readonly Proof[] = [
  {
    name: 'coupons.counter',
    holds: "a coupon's counter is the number of its claims",
    ...coupon,
    subjects: sql<Subject>`
      select d.id, count(c.id)::text as expected, d.claimed_count::text as found
      from coupons d left join coupon_claims c on c.coupon_id = d.id group by d.id`,
  },
  {
    name: 'coupons.quota',
    holds: 'no coupon has more claims than its quota',
    ...coupon,
    subjects: sql<Subject>`
      select d.id, least(count(c.id), d.quota)::text as expected, count(c.id)::text as found
      from coupons d left join coupon_claims c on c.coupon_id = d.id where d.quota is not null group by d.id`,
  },
  {
    name: 'coupons.per_member',
    holds:
      'nobody has more of a coupon than it allows, void ones aside, counted for each of the persons who became one',
    ...claim,
    subjects: sql<Subject>`
      select max(c.id) as id,
             'member ' || c.member_id || ': ' || least(count(*), d.per_member * (1 + coalesce(max(one.others), 0)))
               as expected,
             'member ' || c.member_id || ': ' || count(*) as found
      from coupon_claims c join coupons d on d.id = c.coupon_id
      left join (select merged_into_id, count(*) as others from members_published_numbers
                 where merged_into_id is not null group by 1) one on one.merged_into_id = c.member_id
      where c.state <> 'void'
      group by c.coupon_id, c.member_id, d.per_member`,
  },
  {
    name: 'coupons.use',
    holds:
      'a claim is used exactly when one living redemption names it, with the same store, receipt and purchase',
    ...claim,
    subjects: sql<Subject>`
      select c.id,
             coalesce(string_agg('used by ' || c.id || ':' || u.id || ' at ' || u.store_id || ' ' || u.receipt_no
                                 || ' in ' || coalesce(u.purchase_id, 0), ' and '), 'not used') as expected,
             case when c.state = 'redeemed'
                  then 'used by ' || c.redeem_key || ' at ' || c.redeemed_store_id || ' ' || c.redeemed_receipt_no
                       || ' in ' || coalesce(c.redeemed_purchase_id, 0)
                  else 'not used' end as found
      from coupon_claims c left join coupon_redemptions u on u.claim_id = c.id and u.undone_at is null
      group by c.id`,
  },
  {
    name: 'coupons.given',
    holds: 'a claim was taken by the member or given by a rule, once, as the timeline says',
    ...claim,
    subjects: sql<Subject>`
      select c.id, 'coupon ' || c.coupon_id as expected,
             coalesce(string_agg('coupon ' || (f.data ->> 'couponId'), ' and '), 'nothing told') as found
      from coupon_claims c
      left join facts f on f.dedupe_key in ('coupon.claimed:' || c.id, 'coupon.issued:' || c.id)
      group by c.id`,
  },
  {
    name: 'coupons.exchanged',
    holds: 'a claim cost the points that its coupon names, once, and a void one gave them back',
    ...claim,
    subjects: sql<Subject>`
      select c.id,
             'paid ' || case when f.id is null then 0 else coalesce(d.points_price, 0) end
               || ', back ' || case when c.state = 'void' then coalesce(c.points_paid, 0) else 0 end as expected,
             'paid ' || coalesce(x.paid, 0)
               || case when coalesce(x.paid, 0) = coalesce(c.points_paid, 0) then ''
                       else ' and noted ' || coalesce(c.points_paid, 0) end
               || ', back ' || coalesce(x.back, 0) as found
      from coupon_claims c join coupons d on d.id = c.coupon_id
      left join facts f on f.dedupe_key = 'coupon.claimed:' || c.id
      left join (${exchanged}) x on x.claim_id = c.id`,
  },
  {
    name: 'coupons.exchange_cause',
    holds: 'points that name a claim are of a claim that is there, of the same person',
    of: 'points transaction',
    evidence: movementEvidence,
    subjects: sql<Subject>`
      select t.transaction_id as id, 'member ' || coalesce(them.merged_into_id, them.id) as expected,
             coalesce('member ' || coalesce(holder.merged_into_id, holder.id), 'no such claim') as found
      from (${movements}) t
      join members_published_numbers them on them.id = t.member_id
      left join coupon_claims c on c.id = case when t.source_id ~ '^[0-9]{1,18}$' then t.source_id::bigint end
      left join members_published_numbers holder on holder.id = c.member_id
      where t.source_kind = 'claim'`,
  },
  {
    name: 'coupons.codes',
    holds: 'a code that was spent has used its coupon',
    ...claim,
    subjects: sql<Subject>`
      select k.claim_id as id, 'used' as expected,
             case when exists (select from coupon_redemptions u where u.claim_id = k.claim_id) then 'used'
                  else 'never used' end as found
      from coupon_codes k where k.spent_at is not null`,
  },
  {
    name: 'coupons.undone',
    holds: 'a use that was undone stands in the audit log, once',
    of: 'coupon redemption',
    evidence: (redemptionId) => sql<Evidence>`
      select 'coupon_redemptions' as source, to_jsonb(u) as row from coupon_redemptions u where u.id = ${redemptionId}
      union all
      select 'coupon_claims', to_jsonb(c) from coupon_claims c
      where c.id = (select claim_id from coupon_redemptions where id = ${redemptionId})`,
    subjects: sql<Subject>`
      select u.id, case when u.undone_at is null then '0' else '1' end as expected, count(a.id)::text as found
      from coupon_redemptions u
      left join audit_entries a on a.action = 'coupon.redemption_undone'
        and a.subject_kind = 'coupon_redemption' and a.subject_id = u.id::text
      group by u.id`,
  },
];
