import type { Tx } from '#foundation/db.ts';
import { setDueMenu } from '../members/set-due-menu.ts';
import { readTierStanding } from './tier-reads.ts';

/** Gives the member the rich menu of the tier held now. @param input.cause a fact or an event, once each */
export async function linkDueMenu(
  tx: Tx,
  input: { memberId: number; lineUserId: string; now: Date; cause: string },
): Promise<void> {
  const { tier } = await readTierStanding(tx, input.memberId, input.now);
  const { lineUserId, cause, now } = input;
  await setDueMenu(tx, { lineUserId, menu: tier.menu, cause, now });
}
