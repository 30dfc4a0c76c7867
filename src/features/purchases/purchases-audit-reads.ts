import './tables.ts';
import { livingUses } from '#features/coupons/coupons-audit-reads.ts';
import { movementEvidence, movements } from '#features/points/proof/movement-reads.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence, Proof, Subject } from '#foundation/prove.ts';

/** A receipt with its returns and the movements of points that name it; without hashes and answers' member. */
const purchaseEvidence = (purchaseId: number) => sql<Evidence>`
  select 'purchases' as source,
         to_jsonb(p) - '{request_hash,content_hash,answer}'::text[] || jsonb_build_object('answered', p.answer -> 'points')
           as row
  from purchases p where p.id = ${purchaseId}
  union all
  select 'purchase_returns',
         to_jsonb(r) - '{request_hash,answer}'::text[] || jsonb_build_object('answered', r.answer -> 'points')
  from purchase_returns r where r.purchase_id = ${purchaseId}
  union all
  select 'points movement', to_jsonb(m) from (${movements}) m
  where m.source_kind = 'purchase' and m.source_id = ${String(purchaseId)}`;

const purchase = { of: 'purchase', evidence: purchaseEvidence };

/** The movements that a purchase or its returns caused, by purchase. */
const caused = sql`
  select case when m.source_id ~ '^[0-9]{1,18}$' then m.source_id::bigint end as purchase_id, m.* from (${movements}) m
  where m.source_kind = 'purchase' and m.reason in ('purchase', 'paid', 'returned', 'paid_returned')`;

/** By purchase: earned, taken back, paid and given back, as the ledger has it. */
const summed = sql`
  select purchase_id, coalesce(sum(moved) filter (where reason = 'purchase'), 0) as earned,
         coalesce(-sum(moved) filter (where reason = 'returned'), 0) as taken,
         coalesce(-sum(moved) filter (where reason = 'paid'), 0) as paid,
         coalesce(sum(moved) filter (where reason = 'paid_returned'), 0) as paid_back
  from (${caused}) c group by 1`;

/** That what tills were told, what the rules make of it and what the ledger holds are one and the same. */
export const purchaseProofs: readonly Proof[] = [
  {
    name: 'purchases.returned',
    holds: 'what came back of a purchase is the sum of its returns',
    ...purchase,
    subjects: sql<Subject>`
      select p.id, coalesce(sum(r.amount_twd), 0)::text as expected, p.returned_twd::text as found
      from purchases p left join purchase_returns r on r.purchase_id = p.id group by p.id`,
  },
  {
    name: 'purchases.points_cause',
    holds: 'points that name a purchase are of a purchase that is there, of the same person and no history',
    of: 'points transaction',
    evidence: movementEvidence,
    subjects: sql<Subject>`
      select c.transaction_id as id, 'member ' || coalesce(them.merged_into_id, them.id) as expected,
             coalesce(case when p.is_history then 'history of ' else '' end || 'member '
                        || coalesce(buyer.merged_into_id, buyer.id), 'no such purchase') as found
      from (${caused}) c
      join members_published_numbers them on them.id = c.member_id
      left join purchases p on p.id = c.purchase_id
      left join members_published_numbers buyer on buyer.id = p.member_id`,
  },
  {
    name: 'purchases.points_told',
    holds: 'a purchase earned what the till was told, and was paid with the points that it notes',
    ...purchase,
    subjects: sql<Subject>`
      select p.id,
             'earned ' || coalesce((p.answer -> 'points' ->> 'earned')::bigint, 0) || ', paid ' || p.points_paid
               as expected,
             'earned ' || coalesce(s.earned, 0) || ', paid ' || coalesce(s.paid, 0) as found
      from purchases p left join (${summed}) s on s.purchase_id = p.id
      where p.answer is not null`,
  },
  {
    name: 'purchases.points_rule',
    holds: 'a purchase earned the rate of its total less the points that paid, with the bonuses it notes',
    of: 'points transaction',
    evidence: movementEvidence,
    subjects: sql<Subject>`
      select c.transaction_id as id,
             greatest(0, div(
               (p.total_twd - p.points_paid * (c.data ->> 'pointValueTwd')::numeric)
                 * (coalesce((c.data ->> 'tierPercent')::numeric, 100) * day.lines + day.eligible * day.extra),
               100 * (c.data ->> 'twdPerPoint')::numeric * day.lines))::text as expected,
             c.moved::text as found
      from (${caused}) c join purchases p on p.id = c.purchase_id
      cross join lateral (
        select coalesce((c.data -> 'memberDay' ->> 'linesTwd')::numeric, 1) as lines,
               coalesce((c.data -> 'memberDay' ->> 'eligibleTwd')::numeric, 0) as eligible,
               coalesce((c.data -> 'memberDay' ->> 'earnPercent')::numeric, 100) - 100 as extra) day
      where c.reason = 'purchase'`,
  },
  {
    name: 'purchases.member_day',
    holds:
      'a member day that a purchase earned by was one of its day and store, and counted the lines it is for',
    of: 'points transaction',
    evidence: movementEvidence,
    subjects: sql<Subject>`
      select c.transaction_id as id,
             coalesce((day ->> 'earnPercent') || ' % of ' || bought.eligible || ' in ' || bought.lines,
                      'no such day then') as expected,
             (c.data -> 'memberDay' ->> 'earnPercent') || ' % of ' || (c.data -> 'memberDay' ->> 'eligibleTwd')
               || ' in ' || (c.data -> 'memberDay' ->> 'linesTwd') as found
      from (${caused}) c
      join purchases p on p.id = c.purchase_id
      join stores s on s.id = p.store_id
      left join brand_policies rules on rules.section = 'points' and rules.version = (c.data ->> 'policyVersion')::int
      left join lateral (
        select each as day from jsonb_array_elements(rules.data -> 'memberDays') each
        where each ->> 'key' = c.data -> 'memberDay' ->> 'key'
          and (each -> 'storeCodes' is null or each -> 'storeCodes' = 'null' or each -> 'storeCodes' ? s.code)
          and case each -> 'when' ->> 'kind'
                when 'dates' then p.purchased_on between (each -> 'when' ->> 'from')::date and (each -> 'when' ->> 'to')::date
                when 'weekdays' then each -> 'when' -> 'weekdays' @> to_jsonb(extract(isodow from p.purchased_on)::int)
                when 'month_days' then each -> 'when' -> 'monthDays' @> to_jsonb(extract(day from p.purchased_on)::int)
              end
      ) valid on true
      cross join lateral (
        select sum(l.amount_twd) as lines,
               coalesce(sum(l.amount_twd) filter (where valid.day -> 'categories' is null
                 or valid.day -> 'categories' = 'null' or valid.day -> 'categories' ? l.category), 0) as eligible
        from purchase_lines l where l.purchase_id = p.id) bought
      where c.reason = 'purchase' and jsonb_typeof(c.data -> 'memberDay') = 'object'`,
  },
  {
    name: 'purchases.points_paid_back',
    holds: 'of the points that paid, those are back that the part returned is worth',
    ...purchase,
    subjects: sql<Subject>`
      select p.id, case when p.fully_returned_at is not null then p.points_paid
                        when p.total_twd = 0 then 0
                        else p.points_paid::bigint * p.returned_twd / p.total_twd end::text as expected,
             coalesce(s.paid_back, 0)::text as found
      from purchases p left join (${summed}) s on s.purchase_id = p.id
      where not p.is_history and p.member_id is not null`,
  },
  {
    name: 'purchases.points_taken_back',
    holds: 'a full return took back what was earned, save what had ended',
    ...purchase,
    subjects: sql<Subject>`
      select p.id, greatest(s.taken, s.earned - coalesce(ended.points, 0))::text as expected,
             least(s.taken, s.earned)::text as found
      from purchases p join (${summed}) s on s.purchase_id = p.id
      left join (
        select l.purchase_id, sum(u.amount) as points
        from points_lots l join points_lot_uses u on u.lot_id = l.id
        join points_transactions t on t.id = u.transaction_id and t.reason = 'ended'
        where l.purchase_id is not null group by 1
      ) ended on ended.purchase_id = p.id
      where p.fully_returned_at is not null and not p.is_history`,
  },
  {
    name: 'returns.points_told',
    holds: 'a return took and gave back the points that the till was told',
    of: 'return',
    evidence: (returnId) => sql<Evidence>`
      select 'purchase_returns' as source,
             to_jsonb(r) - '{request_hash,answer}'::text[] || jsonb_build_object('answered', r.answer -> 'points') as row
      from purchase_returns r where r.id = ${returnId}
      union all
      select 'points movement', to_jsonb(m) from (${movements}) m where m.data ->> 'returnId' = ${String(returnId)}`,
    subjects: sql<Subject>`
      select r.id,
             'took ' || coalesce((r.answer -> 'points' ->> 'takenBack')::bigint, 0)
               || ', gave ' || coalesce((r.answer -> 'points' ->> 'paidBack')::bigint, 0) as expected,
             'took ' || coalesce(-sum(c.moved) filter (where c.reason = 'returned'), 0)
               || ', gave ' || coalesce(sum(c.moved) filter (where c.reason = 'paid_returned'), 0) as found
      from purchase_returns r
      left join (${caused}) c on c.data ->> 'returnId' = r.id::text
      where r.answer is not null group by r.id`,
  },
  {
    name: 'purchases.coupons_back',
    holds: 'no coupon is used in a purchase that came back whole, nor in that of another person',
    ...purchase,
    subjects: sql<Subject>`
      select p.id, 'member ' || coalesce(holder.merged_into_id, holder.id) as expected,
             'member ' || coalesce(buyer.merged_into_id, buyer.id, 0)
               || case when p.fully_returned_at is null then '' else ', all returned' end as found
      from (${livingUses}) used
      join purchases p on p.id = used.purchase_id
      join members_published_numbers holder on holder.id = used.member_id
      left join members_published_numbers buyer on buyer.id = p.member_id`,
  },
];
