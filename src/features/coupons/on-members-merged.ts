import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { moveClaims } from './move-claims.ts';

/** Two persons turned out to be one: the coupons follow. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  await moveClaims(tx, fact.data);
}
