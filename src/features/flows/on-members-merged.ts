import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';

/** Two persons turned out to be one: what either was met for, the one was met for. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  const { fromId, intoId } = fact.data;
  await sql`
    update flow_entries e set member_id = ${intoId}
    where e.member_id = ${fromId} and not exists (
      select 1 from flow_entries kept
      where kept.flow_key = e.flow_key and kept.member_id = ${intoId} and kept.occasion = e.occasion)`.execute(
    tx,
  );
}
