import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { giveOnlineThanks } from './give-online-thanks.ts';
import { readPurchasedAt } from './thanks-reads.ts';

/** An order on the internet: thanks, which may be refused and never stop it. */
export async function onPurchaseRecorded(
  tx: Tx,
  fact: Fact<{ purchaseId: number; channel: 'store' | 'online'; isFirst: boolean }>,
): Promise<void> {
  const { purchaseId, channel, isFirst } = fact.data;
  if (channel !== 'online' || fact.memberId === null || fact.isHistory) return;
  const purchasedAt = await readPurchasedAt(tx, purchaseId);
  if (purchasedAt === null) return;
  await giveOnlineThanks(tx, {
    purchaseId,
    memberId: fact.memberId,
    isFirst,
    purchasedAt,
    now: fact.occurredAt,
    actor: { kind: 'system', id: 'online_thanks' },
    source: fact.source,
  });
}
