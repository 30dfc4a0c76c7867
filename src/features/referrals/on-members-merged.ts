import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { moveReferrals } from './move-referrals.ts';

/** Two persons turned out to be one: who invited them and whom they invited follow. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  await moveReferrals(tx, fact.data);
}
