import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { voidClaim } from '../../coupons/voiding/void-claim.ts';
import { thanksKey } from './give-online-thanks.ts';
import { readHeldClaimOf } from './thanks-reads.ts';

/** The whole order came back: its thanks go with it, unless they were used. */
export async function onPurchaseReturned(
  tx: Tx,
  fact: Fact<{ purchaseId: number; isFull: boolean }>,
): Promise<void> {
  if (!fact.data.isFull) return;
  const claimId = await readHeldClaimOf(tx, thanksKey(fact.data.purchaseId));
  if (claimId === null) return;
  await voidClaim(tx, {
    claimId,
    reason: 'purchase_returned',
    now: fact.occurredAt,
    actor: { kind: 'system', id: 'online_thanks' },
    source: fact.source,
  });
}
