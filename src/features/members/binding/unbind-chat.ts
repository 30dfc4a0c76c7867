import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { readPersonByLine } from '../person-reads.ts';
import { askUnbindMessage, type Holdings, staysBoundMessage, unboundMessage } from './account-messages.ts';
import { needsBindingMessage } from './bind-outcome-messages.ts';
import { goesBack, typedChoice } from './bind-step-rules.ts';
import { unbindMember } from './unbind-member.ts';

/** 解除綁定: asked back once, by button or by word (dialog 'unbind'). */
export function createUnbindChat(parts: {
  /** What would stay with the member. */
  readHoldings(tx: Tx, input: { memberId: number; now: Date }): Promise<Holdings>;
}) {
  /** X1. */
  async function ask(turn: Turn, tx: Tx): Promise<Answer> {
    const person = await readPersonByLine(tx, turn.lineUserId);
    if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)] };
    const held = await parts.readHoldings(tx, { memberId: person.memberId, now: turn.now });
    return {
      messages: [askUnbindMessage(turn, held)],
      ask: { dialog: 'unbind', step: 'confirm', data: {} },
    };
  }

  /** ［確定解除］: also an old one, for it says what it does. */
  async function confirm(turn: Turn, tx: Tx): Promise<Answer> {
    const { lineUserId, eventKey, now } = turn;
    const person = await readPersonByLine(tx, lineUserId);
    if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)], ask: null };
    await unbindMember(tx, { memberId: person.memberId, lineUserId, eventKey, now });
    return { messages: [unboundMessage(turn)], ask: null, late: 'push' };
  }

  /** ［不解除］ */
  async function keep(turn: Turn): Promise<Answer> {
    return { messages: [staysBoundMessage(turn)], ask: null };
  }

  /** A text while the question stands open: yes, no or back, else the question once more. */
  async function answer(turn: Turn, tx: Tx): Promise<Answer> {
    const choice = typedChoice(turn);
    if (choice === 'yes' && !turn.asked?.isExpired) return confirm(turn, tx);
    return choice === 'no' || goesBack(turn) ? keep(turn) : ask(turn, tx);
  }

  return { ask, confirm, keep, answer };
}
