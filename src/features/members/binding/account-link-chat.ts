import type { Tx } from '#foundation/db.ts';
import { type Answer, silence, type Turn } from '#line/turn.ts';
import type { BindReaders } from './bind-consent-chat.ts';
import {
  alreadyBoundMessage,
  foundMessage,
  linkRanOutMessage,
  movedMessage,
  offersOffMessage,
} from './bind-outcome-messages.ts';
import { linkAccount } from './link-account.ts';

/** LINE's `accountLink` event with result ok: the person signed in at the brand's member site. */
export function createAccountLinkChat(readers: BindReaders) {
  return async (turn: Turn, tx: Tx): Promise<Answer> => {
    if (turn.input.kind !== 'account_link') return silence;
    const outcome = await linkAccount(tx, turn.house, {
      lineUserId: turn.lineUserId,
      nonce: turn.input.nonce,
      eventKey: turn.eventKey,
      at: turn.eventAt,
      now: turn.now,
    });
    switch (outcome.kind) {
      case 'ran_out':
        return { messages: [linkRanOutMessage(turn)] };
      case 'already_bound':
        return { messages: [alreadyBoundMessage(turn, outcome.person.memberNo)] };
      case 'moved':
        return {
          messages: [movedMessage(turn, outcome.heldUntil), offersOffMessage(turn)],
          ask: null,
          late: 'push',
        };
      case 'found': {
        const { memberId } = outcome;
        const gift = outcome.isNew ? await readers.readWelcomeGift(tx, { memberId, at: turn.now }) : null;
        const points = await readers.readActivePoints(tx, memberId, turn.now);
        return {
          messages: [foundMessage(turn, points, gift), offersOffMessage(turn)],
          ask: null,
          late: 'push',
        };
      }
    }
  };
}
