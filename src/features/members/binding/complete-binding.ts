import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { changeMarketingLevel } from '#friends/change-marketing-level.ts';
import { readFriend } from '#friends/friend-reads.ts';
import type { House } from '#line/turn.ts';
import { holdPhone, lockPhoneHolder } from '../hold-identity.ts';
import { consentTextVersion, giveConsent, withdrawConsent } from '../log-consent.ts';
import { bindingMismatched } from '../members-facts.ts';
import { mergePersons } from '../merge-persons.ts';
import { type Person, readLineUserOf, readPerson } from '../person-reads.ts';
import { touchPersonByLine } from '../touch-person.ts';
import { bindPerson } from './bind-person.ts';
import type { ConsentChoice } from './bind-step-rules.ts';
import type { Birthday } from './birthday-rules.ts';
import { moveCard, readMoveOrigin } from './move-card.ts';
import { isSameHolder } from './same-holder-rules.ts';

export type CompleteBindingOutcome =
  /** Nothing was changed: this LINE account has a card. */
  | { kind: 'already_bound'; person: Person }
  /** Nothing was changed: the card is with another LINE account, ask whether to move it. */
  | { kind: 'ask_move' }
  /** A new member; `found`: one whom the tills knew; `isNew`: bound for the first time ever. */
  | { kind: 'joined' | 'found'; memberId: number; isNew: boolean }
  /** The card came from another LINE account, which had it or had let it go not long ago. */
  | { kind: 'moved'; memberId: number; heldUntil: Date };

/**
 * Binds a LINE account whose holder has proven a phone. Numbers are given to new people in Taiwan: a member who has
 * a birthday or another LINE account is the same person only if the birthday fits; else a new member gets the phone
 * and the staff a task, and nothing that the shopper sees tells the difference.
 * @param input.mayMove the shopper agreed to take the card away from another LINE account
 * @param input.now business time
 */
export async function completeBinding(
  tx: Tx,
  house: House,
  input: {
    lineUserId: string;
    phone: string;
    birthday: Birthday;
    consent: ConsentChoice;
    mayMove: boolean;
    eventKey: string;
    now: Date;
  },
): Promise<CompleteBindingOutcome> {
  const { lineUserId, now } = input;
  const holderId = await lockPhoneHolder(tx, house.secrets, input.phone);
  const asking = await touchPersonByLine(tx, { lineUserId, now });
  if (asking.joinedAt) return { kind: 'already_bound', person: asking };
  const holder = holderId === null || holderId === asking.memberId ? null : await lockPerson(tx, holderId);
  if (holder === null) return bind(tx, house, input, asking, 'joined');

  const holderLine = await readLineUserOf(tx, holder.memberId);
  if (!isSameHolder(holder, holderLine !== null, input.birthday)) {
    const outcome = await bind(tx, house, input, asking, 'joined');
    await recordFact(tx, bindingMismatched, {
      memberId: asking.memberId,
      lineUserId,
      occurredAt: now,
      actor: { kind: 'member', id: String(asking.memberId) },
      source: 'chat',
      dedupeKey: `${asking.memberId}:${holder.memberId}`,
      data: { earlierMemberId: holder.memberId },
    });
    return outcome;
  }
  const fromLineUserId = await readMoveOrigin(tx, {
    memberId: holder.memberId,
    toLineUserId: lineUserId,
    now,
  });
  if (fromLineUserId === null) {
    await mergeInto(tx, asking, holder, now);
    return bind(tx, house, input, holder, 'found');
  }
  if (holderLine !== null && !input.mayMove) return { kind: 'ask_move' };
  const { heldUntil } = await moveCard(tx, house, {
    memberId: holder.memberId,
    fromLineUserId,
    toLineUserId: lineUserId,
    eventKey: input.eventKey,
    now,
  });
  await mergeInto(tx, asking, holder, now);
  await bind(tx, house, input, holder, 'found');
  return { kind: 'moved', memberId: holder.memberId, heldUntil };
}

/** The row lock keeps two bindings, or a merge, from deciding on the same state of a member. */
async function lockPerson(tx: Tx, memberId: number): Promise<Person | null> {
  await sql`select 1 from members where id = ${memberId} for update`.execute(tx);
  return readPerson(tx, memberId);
}

const mergeInto = (tx: Tx, asking: Person, holder: Person, now: Date) =>
  mergePersons(tx, {
    fromId: asking.memberId,
    intoId: holder.memberId,
    now,
    actor: { kind: 'member', id: String(holder.memberId) },
    source: 'chat',
  });

async function bind(
  tx: Tx,
  house: House,
  input: Parameters<typeof completeBinding>[2],
  person: Person,
  kind: 'joined' | 'found',
): Promise<{ kind: 'joined' | 'found'; memberId: number; isNew: boolean }> {
  const { memberId } = person;
  const { lineUserId, phone, birthday, now } = input;
  await holdPhone(tx, house.secrets, { memberId, phone, verifiedAt: now, now });
  if (person.birthMonth === null) {
    await sql`
      update members set birth_month = ${birthday.month}, birth_day = ${birthday.day}, birth_year = ${birthday.year}
      where id = ${memberId}`.execute(tx);
  }
  await noteConsent(tx, { memberId, lineUserId, consent: input.consent, eventKey: input.eventKey, now });
  const { isNew } = await bindPerson(tx, { memberId, lineUserId, eventKey: input.eventKey, now });
  return { kind, memberId, isNew };
}

/** What was agreed to goes into the log and decides whether offers may be sent. */
async function noteConsent(
  tx: Tx,
  input: { memberId: number; lineUserId: string; consent: ConsentChoice; eventKey: string; now: Date },
): Promise<void> {
  const { memberId, lineUserId, now } = input;
  const given = { memberId, textVersion: consentTextVersion, source: 'chat', now };
  await giveConsent(tx, { ...given, purpose: 'service' });
  const friend = await readFriend(tx, lineUserId);
  const change = { lineUserId, memberId, eventKey: `bind:${input.eventKey}`, now };
  if (input.consent === 'all') {
    await giveConsent(tx, { ...given, purpose: 'marketing' });
    if (friend?.marketing === 'stopped') await changeMarketingLevel(tx, { ...change, level: 'all' });
  } else {
    await withdrawConsent(tx, { memberId, purpose: 'marketing', now });
    await changeMarketingLevel(tx, { ...change, level: 'stopped' });
  }
}
