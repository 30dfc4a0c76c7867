import '../tables.ts';
import { sql } from '#foundation/db.ts';
import type { Evidence } from '#foundation/prove.ts';

/**
 * Every movement of points with what it changed for the member: held and waiting points up, debt down. A part of
 * proofs, as (transaction_id, reason, idem_key, source_kind, source_id, member_id, occurred_at, data, moved).
 */
export const movements = sql`
  select t.id as transaction_id, t.reason, t.idem_key, t.source_kind, t.source_id, t.member_id, t.occurred_at,
         t.data, coalesce(sum(case a.kind when 'debt' then -e.amount else e.amount end)
                          filter (where a.member_id is not null), 0) as moved
  from points_transactions t
  left join points_entries e on e.transaction_id = t.id
  left join points_accounts a on a.id = e.account_id
  group by t.id`;

/** A movement with its entries, the lots it drew on and the lots it made. */
export const movementEvidence = (transactionId: number) => sql<Evidence>`
  select 'points_transactions' as source, to_jsonb(t) - 'request_hash' as row
  from points_transactions t where t.id = ${transactionId}
  union all
  select 'points_entries', to_jsonb(e) || jsonb_build_object('kind', a.kind, 'member_id', a.member_id)
  from points_entries e left join points_accounts a on a.id = e.account_id where e.transaction_id = ${transactionId}
  union all
  select 'points_lot_uses', to_jsonb(u) from points_lot_uses u where u.transaction_id = ${transactionId}
  union all
  select 'points_lots', to_jsonb(l) from points_lots l
  where l.transaction_id = ${transactionId}
     or l.id in (select lot_id from points_lot_uses where transaction_id = ${transactionId})`;

/** An account with the last of its entries and its open lots. */
export const accountEvidence = (accountId: number) => sql<Evidence>`
  select 'points_accounts' as source, to_jsonb(a) as row from points_accounts a where a.id = ${accountId}
  union all
  select 'points_lots', to_jsonb(l) from points_lots l where l.account_id = ${accountId} and l.remaining <> 0
  union all
  (select 'points_entries', to_jsonb(e) from points_entries e where e.account_id = ${accountId}
   order by e.transaction_id desc limit 50)`;

/** A lot with all that was drawn on it. */
export const lotEvidence = (lotId: number) => sql<Evidence>`
  select 'points_lots' as source, to_jsonb(l) as row from points_lots l where l.id = ${lotId}
  union all
  select 'points_lot_uses', to_jsonb(u) from points_lot_uses u where u.lot_id = ${lotId}`;
