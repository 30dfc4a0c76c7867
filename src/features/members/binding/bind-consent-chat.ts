import { dateInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import type { Answer, Turn } from '#line/turn.ts';
import { askBirthday } from './bind-birthday-chat.ts';
import { askMoveMessage, consentMessage, guardianMessage } from './bind-messages.ts';
import {
  alreadyBoundMessage,
  bindCancelledMessage,
  foundMessage,
  type IssuedGift,
  joinedMessage,
  movedMessage,
} from './bind-outcome-messages.ts';
import { askPhone } from './bind-phone-chat.ts';
import { askStep, type BindData, birthdayOf, type ConsentChoice } from './bind-step-rules.ts';
import { ageOn } from './birthday-rules.ts';
import { completeBinding } from './complete-binding.ts';
import { typedConsent } from './words.zh-TW.ts';

/** What later rooms know of a member who has just been bound. */
export type BindReaders = {
  /** The welcome gift that was given at `at`, the moment of binding; null when none was. */
  readWelcomeGift(tx: Tx, input: { memberId: number; at: Date }): Promise<IssuedGift | null>;
  readActivePoints(tx: Tx, memberId: number, now: Date): Promise<number>;
};

const fullAge = 18;

/** Step 4: someone agreed; who gave a year and is under 18 needs a guardian first. */
export async function agree(
  turn: Turn,
  tx: Tx,
  consent: ConsentChoice,
  data: BindData,
  readers: BindReaders,
): Promise<Answer> {
  const agreed: BindData = { ...data, consent };
  const birthday = birthdayOf(agreed);
  const today = dateInZone(turn.now, turn.house.brand.zone);
  const isMinor =
    birthday !== null &&
    birthday.year !== null &&
    ageOn({ ...birthday, year: birthday.year }, today) < fullAge;
  if (isMinor && agreed.guardian !== 'agreed') return askStep('guardian', agreed, [guardianMessage(turn)]);
  return finishBinding(turn, tx, agreed, { mayMove: false }, readers);
}

/** Does what was asked for, and says what came of it. */
export async function finishBinding(
  turn: Turn,
  tx: Tx,
  data: BindData,
  { mayMove }: { mayMove: boolean },
  readers: BindReaders,
): Promise<Answer> {
  const birthday = birthdayOf(data);
  if (data.phone === undefined) return askPhone(turn, data);
  if (birthday === null) return askBirthday(turn, data);
  if (data.consent === undefined) return askStep('consent', data, [consentMessage(turn, data)]);
  const outcome = await completeBinding(tx, turn.house, {
    lineUserId: turn.lineUserId,
    phone: data.phone,
    birthday,
    consent: data.consent,
    mayMove,
    eventKey: turn.eventKey,
    now: turn.now,
  });
  switch (outcome.kind) {
    case 'ask_move':
      return askStep('move', data, [askMoveMessage(turn)]);
    case 'already_bound':
      return { messages: [alreadyBoundMessage(turn, outcome.person.memberNo)], ask: null };
    case 'moved':
      return { messages: [movedMessage(turn, outcome.heldUntil)], ask: null, late: 'push' };
    case 'joined':
    case 'found': {
      const gift = outcome.isNew
        ? await readers.readWelcomeGift(tx, { memberId: outcome.memberId, at: turn.now })
        : null;
      const message =
        outcome.kind === 'joined'
          ? joinedMessage(turn, gift)
          : foundMessage(turn, await readers.readActivePoints(tx, outcome.memberId, turn.now), gift);
      return { messages: [message], ask: null, late: 'push' };
    }
  }
}

/** B13: nothing that was typed is kept. */
export const cancelBinding = (turn: Turn): Answer => ({
  messages: [bindCancelledMessage(turn)],
  ask: null,
});

/** The label of a consent button, typed by someone whose LINE shows no buttons; a bare "yes" means the least. */
export function readTypedConsent(text: string): ConsentChoice | null {
  const typed = fold(text);
  if (typedConsent.withOffers.some((label) => fold(label) === typed)) return 'all';
  return typedConsent.service.some((label) => fold(label) === typed) ? 'service' : null;
}

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]/gu, '');
