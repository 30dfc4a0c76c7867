import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { movePurchases } from './move-purchases.ts';

/** Two persons turned out to be one: the receipts follow. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  await movePurchases(tx, fact.data);
}
