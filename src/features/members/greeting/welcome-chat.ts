import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { readFriend } from '#friends/friend-reads.ts';
import { markFriendState } from '#friends/mark-friend-state.ts';
import { type Answer, silence, type Turn } from '#line/turn.ts';
import { setDueMenu } from '../set-due-menu.ts';
import { touchPersonByLine } from '../touch-person.ts';
import { welcomeBackGuestMessage, welcomeBackMessage, welcomeMessages } from './greeting-messages.ts';

/**
 * A follow: marked, greeted by what the person is to us (new, a member, a guest who is back), and given the menu
 * again, for a block loses it. A follow that a later block has overtaken is only marked.
 */
export function createWelcomeChat(parts: {
  /** The gift that waits for this person until they bind; null: none, or they had it. */
  readWelcomeOffer(
    tx: Tx,
    input: { memberId: number; now: Date },
  ): Promise<{ title: Record<Locale, string> } | null>;
}) {
  return async (turn: Turn, tx: Tx): Promise<Answer> => {
    const { input, lineUserId, eventKey, now, locale } = turn;
    if (input.kind !== 'follow') return silence;
    const { isCurrent } = await markFriendState(tx, {
      lineUserId,
      eventKey,
      eventAt: turn.eventAt,
      now,
      change: { to: 'following', isUnblocked: input.isUnblocked },
    });
    if (!isCurrent) return silence;
    const person = await touchPersonByLine(tx, { lineUserId, now });
    const friend = await readFriend(tx, lineUserId);
    const isBound = person.joinedAt !== null;
    const menu = isBound ? (friend?.richMenu ?? 'member') : 'guest';
    if (isBound || input.isUnblocked) {
      await setDueMenu(tx, { lineUserId, menu, cause: `follow:${eventKey}`, now, again: true });
    }
    if (isBound) return { messages: [welcomeBackMessage(turn, friend?.marketing ?? 'all')] };
    const offer = await parts.readWelcomeOffer(tx, { memberId: person.memberId, now });
    const gift = offer?.title[locale] ?? null;
    return {
      messages: input.isUnblocked ? [welcomeBackGuestMessage(turn, gift)] : welcomeMessages(turn, gift),
    };
  };
}
