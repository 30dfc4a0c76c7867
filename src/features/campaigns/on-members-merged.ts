import './tables.ts';
import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';

/** Two persons turned out to be one: a campaign that met one of them has met them. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  const { fromId, intoId } = fact.data;
  await sql`
    update campaign_recipients r set member_id = ${intoId}
    where r.member_id = ${fromId} and not exists (
      select 1 from campaign_recipients kept
      where kept.campaign_id = r.campaign_id and kept.member_id = ${intoId})`.execute(tx);
}
