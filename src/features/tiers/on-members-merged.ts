import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { moveTier } from './move-tier.ts';

export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  await moveTier(tx, { ...fact.data, now: fact.occurredAt });
}
