import type { Tx } from '#foundation/db.ts';
import type { Fact } from '#foundation/facts.ts';
import { movePoints } from './move-points.ts';

/** Two persons turned out to be one: the points follow. */
export async function onMembersMerged(tx: Tx, fact: Fact<{ fromId: number; intoId: number }>): Promise<void> {
  await movePoints(tx, { ...fact.data, now: fact.occurredAt, actor: fact.actor });
}
