import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';

/** The coupons that were given as thanks, with the purchase that each was for: a part of proofs. */
const thanks = sql`
  select c.id as claim_id, c.member_id, c.state, c.issue_key, p.id as purchase_id, p.member_id as buyer_id, p.channel,
         p.fully_returned_at
  from coupons_published_claims c
  left join purchases_published_purchases p on p.id = split_part(c.issue_key, ':', 2)::bigint
  where c.issue_key ~ '^thanks:[0-9]{1,18}$'`;

const claim = {
  of: 'coupon claim',
  evidence: (claimId: number) => sql<Evidence>`
    select 'coupon given as thanks' as source, to_jsonb(t) as row from (${thanks}) t where t.claim_id = ${claimId}`,
};

/** That thanks for orders have an order, and went with it. */
export const thanksProofs: readonly Proof[] = [
  {
    name: 'flows.thanks_cause',
    holds: 'a coupon that thanks for an order is for an order on the internet, of the same person',
    ...claim,
    subjects: sql<Subject>`
      select t.claim_id as id, 'online, member ' || coalesce(holder.merged_into_id, holder.id) as expected,
             coalesce(t.channel || ', member ' || coalesce(buyer.merged_into_id, buyer.id), 'no such order') as found
      from (${thanks}) t
      join members_published_numbers holder on holder.id = t.member_id
      left join members_published_numbers buyer on buyer.id = t.buyer_id`,
  },
  {
    name: 'flows.thanks_returned',
    holds: 'thanks that were never used are not in the hand once all of the order came back',
    ...claim,
    subjects: sql<Subject>`
      select t.claim_id as id, 'not held' as expected,
             case when t.state = 'held' then 'held' else 'not held' end as found
      from (${thanks}) t
      where t.fully_returned_at is not null and not exists (
        select 1 from facts f where f.kind = 'coupon.redeemed' and (f.data ->> 'claimId')::bigint = t.claim_id)`,
  },
];
