import type { Tx } from '#foundation/db.ts';
import { noteDueMenu } from '#friends/note-due-menu.ts';
import { enqueueRichMenuLink } from '#outbox/enqueue.ts';
import { readTierStanding } from './tier-reads.ts';

/** Notes the menu of the member's tier and plans its linking where it changed. */
export async function linkDueMenu(
  tx: Tx,
  input: { memberId: number; lineUserId: string; now: Date; cause: string },
): Promise<void> {
  const { tier } = await readTierStanding(tx, input.memberId, input.now);
  const { lineUserId } = input;
  if (!(await noteDueMenu(tx, { lineUserId, menu: tier.menu }))) return;
  await enqueueRichMenuLink(tx, {
    lineUserId,
    menu: tier.menu,
    dedupeKey: `menu:${lineUserId}:${input.cause}`,
    dueAt: input.now,
  });
}
