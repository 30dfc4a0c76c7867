import './tables.ts';
import type { Tx } from '#foundation/db.ts';

/** The receipts of a merged person become the other's. */
export async function movePurchases(tx: Tx, input: { fromId: number; intoId: number }): Promise<void> {
  await tx
    .updateTable('purchases')
    .set({ member_id: input.intoId })
    .where('member_id', '=', input.fromId)
    .execute();
}
