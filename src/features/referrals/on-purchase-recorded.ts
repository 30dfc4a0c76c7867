import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { countsFrom } from './referral-reads.ts';

/** Notes the first purchase that a referred friend makes after binding; a receipt of NT$0 is none. */
export async function onPurchaseRecorded(tx: Tx, fact: Fact<{ purchaseId: number }>): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  await sql`
    update referrals r set first_purchase_id = p.id
    from purchases_published_purchases p
    where r.invitee_id = ${fact.memberId} and r.state = 'bound' and r.first_purchase_id is null
      and p.id = ${fact.data.purchaseId} and p.member_id = r.invitee_id and p.purchased_at >= ${countsFrom}
      and p.total_twd > 0 and p.returned_twd = 0`.execute(tx);
}
