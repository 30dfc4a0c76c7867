import './tables.ts';
import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';

/** Two persons turned out to be one, who is in all audiences that either was in. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  const { fromId, intoId } = fact.data;
  await sql`
    insert into audience_members (audience_id, member_id, added_at)
    select audience_id, ${intoId}, added_at from audience_members where member_id = ${fromId} order by audience_id
    on conflict do nothing`.execute(tx);
  await sql`delete from audience_members where member_id = ${fromId}`.execute(tx);
}
