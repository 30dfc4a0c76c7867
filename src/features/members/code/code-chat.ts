import { wireClock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { needsBindingMessage, spendingHeldMessage } from '../binding/bind-outcome-messages.ts';
import { readPersonByLine } from '../person-reads.ts';
import { checkSpending } from '../spending-rules.ts';
import { codeReadyMessage, spendingLockedNote } from './code-messages.ts';
import { openCodeLink } from './open-code-link.ts';

/** 出示會員碼: a fresh link; what cannot be spent now is said beforehand, not at the till. */
export async function answerCode(turn: Turn, tx: Tx): Promise<Answer> {
  const { house, lineUserId } = turn;
  const person = await readPersonByLine(tx, lineUserId);
  if (!person?.joinedAt) return { messages: [needsBindingMessage(turn)] };
  const token = await openCodeLink(tx, house.secrets, {
    memberId: person.memberId,
    lineUserId,
    wireNow: wireClock.now(),
  });
  const messages = [codeReadyMessage(turn, `${house.publicUrl}/m/${token}`)];
  const spending = checkSpending(person, turn.now);
  if (spending === 'locked') messages.unshift(spendingLockedNote(turn));
  if (spending === 'held' && person.spendingHeldUntil)
    messages.unshift(spendingHeldMessage(turn, person.spendingHeldUntil));
  return { messages };
}
