import type { Tx } from '#foundation/db.ts';
import type { MessageKinds } from './kinds.ts';
import type { PickedRow } from './pick-rows.ts';

/** Asks the kinds that leave in their thousands, each once for all its rows, which are not due any more, and why; what may have arrived is not asked. */
export async function refuseTogether(
  tx: Tx,
  kinds: MessageKinds,
  rows: readonly PickedRow[],
): Promise<Map<number, string>> {
  const refused = new Map<number, string>();
  const unsent = rows.filter(({ doubts, lineUserId }) => doubts === 0 && lineUserId !== null);
  for (const [key, own] of Map.groupBy(unsent, ({ kind }) => kind)) {
    const asked = own.map(({ id, lineUserId, memberId }) => ({
      id,
      lineUserId: lineUserId as string,
      memberId,
    }));
    const reasons = await kinds.get(key)?.refuseTogether?.(tx, asked);
    for (const [id, reason] of reasons ?? []) refused.set(id, reason);
  }
  return refused;
}
