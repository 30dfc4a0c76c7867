import type { Tx } from '#foundation/db.ts';
import { lockMember } from '../ledger/lock-accounts.ts';
import { isSpendable, readOpenLots } from '../ledger/lot-reads.ts';

/**
 * How many points a member can spend today. Their accounts stay locked, so that it holds until the transaction ends.
 * @param input.today the business day in the brand's zone
 */
export async function lockSpendable(tx: Tx, input: { memberId: number; today: string }): Promise<number> {
  await lockMember(tx, input.memberId);
  const lots = await readOpenLots(tx, input.memberId);
  return lots.filter((lot) => isSpendable(lot, input.today)).reduce((sum, lot) => sum + lot.remaining, 0);
}
