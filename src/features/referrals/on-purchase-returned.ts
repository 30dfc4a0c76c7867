import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { countsFrom } from './referral-reads.ts';
import { referralsPolicy } from './referral-rules.ts';

/**
 * A return of the noted purchase, of the whole or a part: the next one that was kept so far takes its place. To
 * lose the reward for good over one return would be too harsh on the friend, and buying to return gains nothing.
 */
export async function onPurchaseReturned(tx: Tx, fact: Fact<{ purchaseId: number }>): Promise<void> {
  const { minFirstPurchaseTwd } = await readPolicy(tx, referralsPolicy, fact.occurredAt);
  await sql`
    update referrals r set first_purchase_id = (
      select p.id from purchases_published_purchases p
      where p.member_id = r.invitee_id and p.purchased_at >= ${countsFrom} and p.total_twd >= ${minFirstPurchaseTwd}
        and p.returned_twd = 0 and not p.is_history and p.id <> ${fact.data.purchaseId}
      order by p.purchased_at, p.id limit 1)
    where r.first_purchase_id = ${fact.data.purchaseId} and r.state = 'bound'`.execute(tx);
}
