import './tables.ts';
import { movementEvidence, movements } from '#features/points/proof/movement-reads.ts';
import { sql } from '#foundation/db.ts';
import type { Proof, Subject } from '#foundation/prove.ts';

/** What each tier earns in any version of the rules, as (tier_key, is_first, percent). */
const percents = sql`
  select step ->> 'key' as tier_key, nth = 1 as is_first, (step ->> 'earnPercent')::bigint as percent
  from brand_policies b cross join jsonb_array_elements(b.data -> 'tiers') with ordinality as steps (step, nth)
  where b.section = 'tiers'`;

/** That a purchase earned more by a tier only where the buyer held one that gives it. */
export const earnPercentProofs: readonly Proof[] = [
  {
    name: 'tiers.earn_percent',
    holds:
      'what a purchase earned by its tier is what a tier earns that the buyer held then, or that all begin in',
    of: 'points transaction',
    evidence: movementEvidence,
    // What was held when the purchase was told may have ended since, in that very moment or before a till's fast clock.
    subjects: sql<Subject>`
      select m.transaction_id as id, (m.data ->> 'tierPercent') || ' % by a tier' as expected,
             (m.data ->> 'tierPercent') || case when exists (
               select 1 from (${percents}) p
               where p.percent = (m.data ->> 'tierPercent')::bigint and (p.is_first or exists (
                 select 1 from tier_memberships t
                 where t.tier_key = p.tier_key and t.since <= bought.purchased_at
                   and (t.until is null or t.until > bought.purchased_at or t.until >= m.occurred_at)
                   and t.member_id = (select coalesce(n.merged_into_id, n.id) from members_published_numbers n
                                      where n.id = m.member_id)))
             ) then ' % by a tier' else ' % by none' end as found
      from (${movements}) m
      join purchases_published_purchases bought on bought.id = case when m.source_id ~ '^[0-9]{1,18}$' then m.source_id::bigint end
      where m.reason = 'purchase' and (m.data ->> 'tierPercent')::bigint > 100`,
  },
];
