import type { Tx } from '#foundation/db.ts';
import { noteDueMenu } from '#friends/note-due-menu.ts';
import { enqueueRichMenuLink, type Menu } from '#outbox/enqueue.ts';

/**
 * Gives a person the rich menu that is due now, and has it linked.
 * @param input.cause what made it due (an event key, a fact): a second call for the same cause links nothing anew
 * @param input.again links even when the same menu was due before, as after a block, which loses the link
 * @param input.now business time
 */
export async function setDueMenu(
  tx: Tx,
  input: { lineUserId: string; menu: Menu; cause: string; now: Date; again?: boolean },
): Promise<void> {
  const changed = await noteDueMenu(tx, input);
  if (!changed && !input.again) return;
  await enqueueRichMenuLink(tx, {
    lineUserId: input.lineUserId,
    menu: input.menu,
    dedupeKey: `menu:${input.cause}:${input.menu}`,
    dueAt: input.now,
  });
}
