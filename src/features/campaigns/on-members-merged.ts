import './tables.ts';
import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';

/**
 * Two persons turned out to be one: a campaign that met one of them has met them. No index knows recipients by their
 * member alone, so they are looked up campaign by campaign.
 */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  const { fromId, intoId } = fact.data;
  const isMet = (memberId: number) => sql`
    exists (select 1 from campaign_recipients r where r.campaign_id = c.id and r.member_id = ${memberId})`;
  await sql`
    update campaign_recipients r set member_id = ${intoId}
    where r.member_id = ${fromId} and r.campaign_id = any(array(
      select c.id from campaigns c where ${isMet(fromId)} and not ${isMet(intoId)}))`.execute(tx);
}
