import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';

/** Tasks go with the person. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  const { fromId, intoId } = fact.data;
  await sql`update tasks set member_id = ${intoId} where member_id = ${fromId}`.execute(tx);
}
