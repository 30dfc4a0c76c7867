import '../tables.ts';
import { type Db, sql } from '#foundation/db.ts';

/**
 * How many points one person gave to or took from a member by hand since an instant with nobody else's consent,
 * plus and minus alike.
 */
export async function countAdjustedAlone(
  db: Db,
  of: { memberId: number; staffId: number; since: Date },
): Promise<number> {
  const found = await sql<{ points: number }>`
    select coalesce(sum(abs(e.amount)), 0)::bigint as points
    from points_transactions t
    join points_entries e on e.transaction_id = t.id
    join points_accounts a on a.id = e.account_id and a.member_id is null and a.kind = 'adjusted'
    where t.member_id = ${of.memberId} and t.reason = 'adjusted' and t.occurred_at >= ${of.since}
      and t.actor_kind = 'staff' and t.actor_id = ${String(of.staffId)}
      and t.data ->> 'approvalId' is null`.execute(db);
  return found.rows[0]?.points ?? 0;
}
