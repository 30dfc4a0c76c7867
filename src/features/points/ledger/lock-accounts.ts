import '../tables.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';

export type MemberAccounts = Record<'active' | 'pending' | 'debt', { id: number; balance: number }>;
const kindCount = 3;

/**
 * Opens and locks the accounts of these members. Whoever moves points begins here: all accounts in the order of
 * their ids, then lots, so that no two movements wait for each other.
 */
export async function lockAccounts(
  tx: Tx,
  memberIds: readonly number[],
): Promise<ReadonlyMap<number, MemberAccounts>> {
  const wanted = [...new Set(memberIds)];
  let rows = await lockRows(tx, wanted);
  if (rows.length < wanted.length * kindCount) {
    await sql`
      insert into points_accounts (member_id, kind, balance)
      select m, k, 0 from unnest(${wanted}::bigint[]) m cross join unnest(array['active', 'pending', 'debt']) k
      order by m, k
      on conflict (member_id, kind) where member_id is not null do nothing`.execute(tx);
    rows = await lockRows(tx, wanted);
  }
  const found = new Map<number, Partial<MemberAccounts>>();
  for (const { id, member_id, kind, balance } of rows) {
    found.set(member_id, { ...found.get(member_id), [kind]: { id, balance } });
  }
  for (const member of wanted) {
    const { active, pending, debt } = found.get(member) ?? {};
    if (!active || !pending || !debt) throw new Fault('points_accounts', 'A member lacks points accounts');
  }
  return found as ReadonlyMap<number, MemberAccounts>;
}

/** The accounts of one member, locked. */
export async function lockMember(tx: Tx, memberId: number): Promise<MemberAccounts> {
  return (await lockAccounts(tx, [memberId])).get(memberId) as MemberAccounts;
}

async function lockRows(tx: Tx, memberIds: readonly number[]) {
  // The plan for one member is kept; that for a list is made anew each time, for its length.
  const ofMembers =
    memberIds.length === 1 ? sql`member_id = ${memberIds[0]}` : sql`member_id = any(${memberIds}::bigint[])`;
  const rows = await sql<{ id: number; member_id: number; kind: keyof MemberAccounts; balance: number }>`
    select id, member_id, kind, balance from points_accounts
    where ${ofMembers} order by id for update`.execute(tx);
  return rows.rows;
}
