import { addMs } from '#foundation/clock.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import type { House } from '#line/turn.ts';
import { enqueuePush, enqueueSms } from '#outbox/enqueue.ts';
import { memberMoved } from '../members-facts.ts';
import { readFormerLineUserOf, readLineUserOf, readPerson } from '../person-reads.ts';
import { setDueMenu } from '../set-due-menu.ts';
import { formerLineDays, spendingHoldHours } from '../spending-rules.ts';
import { cardMovedKind, cardMovedSms } from './card-moved-messages.ts';

/**
 * The LINE account that a member's card comes from when `toLineUserId` gets it: the one that has it, or the one that
 * let it go within the last days. Null when the card was with no other account.
 * @param input.now business time
 */
export async function readMoveOrigin(
  tx: Tx,
  input: { memberId: number; toLineUserId: string; now: Date },
): Promise<string | null> {
  const { memberId, now } = input;
  const since = addMs(now, -formerLineDays * 86_400_000);
  const from = (await readLineUserOf(tx, memberId)) ?? (await readFormerLineUserOf(tx, { memberId, since }));
  return from === input.toLineUserId ? null : from;
}

/**
 * Takes a member's card away from the LINE account that has it or had it last, before another one gets it: that
 * account and the phone are told, and points and coupons cannot be spent for 24 hours of business time.
 * @returns until when spending is held
 */
export async function moveCard(
  tx: Tx,
  house: House,
  input: {
    memberId: number;
    fromLineUserId: string;
    toLineUserId: string;
    eventKey: string;
    now: Date;
  },
): Promise<{ heldUntil: Date }> {
  const { memberId, now } = input;
  const before = await readPerson(tx, memberId);
  const locale = before?.locale ?? 'zh-TW';
  const heldUntil = addMs(now, spendingHoldHours * 3_600_000);
  const ended = await sql`
    update member_identities set until = greatest(${now}::timestamptz, since)
    where member_id = ${memberId} and kind = 'line' and until is null returning id`.execute(tx);
  await sql`update members set spending_held_until = ${heldUntil} where id = ${memberId}`.execute(tx);
  // An account that had let the card go may hold another one by now.
  if (ended.rows.length > 0) {
    await setDueMenu(tx, {
      lineUserId: input.fromLineUserId,
      menu: 'guest',
      cause: `moved:${input.eventKey}`,
      now,
    });
  }
  await enqueuePush(tx, cardMovedKind, {
    lineUserId: input.fromLineUserId,
    memberId,
    data: { heldUntil: heldUntil.toISOString() },
    dedupeKey: `card_moved:${input.eventKey}`,
    dueAt: now,
    expiresAt: heldUntil,
    priority: 1,
  });
  const phones = await sql<{ sealed: Buffer }>`
    select value_encrypted as sealed from member_identities
    where member_id = ${memberId} and kind = 'phone' and until is null`.execute(tx);
  for (const [at, { sealed }] of phones.rows.entries()) {
    await enqueueSms(tx, house.secrets, {
      to: house.secrets.decrypt(sealed),
      text: cardMovedSms(locale, house.brandName, house.brand.address),
      dedupeKey: `sms:card_moved:${input.eventKey}:${at}`,
      dueAt: now,
      expiresAt: heldUntil,
    });
  }
  await recordFact(tx, memberMoved, {
    memberId,
    lineUserId: input.toLineUserId,
    occurredAt: now,
    actor: { kind: 'member', id: String(memberId) },
    source: 'chat',
    dedupeKey: input.eventKey,
    data: {},
  });
  return { heldUntil };
}
