import { sql, type Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { countsFrom } from './referral-reads.ts';
import { referralsPolicy } from './referral-rules.ts';

/** Notes the first purchase that a referred friend makes after binding; one below the brand's least is none. */
export async function onPurchaseRecorded(tx: Tx, fact: Fact<{ purchaseId: number }>): Promise<void> {
  if (fact.memberId === null || fact.isHistory) return;
  if (!(await hasTie(tx, fact.memberId))) return;
  const { minFirstPurchaseTwd } = await readPolicy(tx, referralsPolicy, fact.occurredAt);
  await sql`
    update referrals r set first_purchase_id = p.id
    from purchases_published_purchases p
    where r.invitee_id = ${fact.memberId} and r.state = 'bound' and r.first_purchase_id is null
      and p.id = ${fact.data.purchaseId} and p.member_id = r.invitee_id and p.purchased_at >= ${countsFrom}
      and p.total_twd >= ${minFirstPurchaseTwd} and p.returned_twd = 0`.execute(tx);
}

/** Nearly no purchase is an invited friend's first: the others need not know the rules. */
async function hasTie(tx: Tx, memberId: number): Promise<boolean> {
  const tie = await tx
    .selectFrom('referrals')
    .select('invitee_id')
    .where('invitee_id', '=', memberId)
    .where('state', '=', 'bound')
    .where('first_purchase_id', 'is', null)
    .executeTakeFirst();
  return tie !== undefined;
}
