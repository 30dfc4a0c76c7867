import { sql, type Tx } from '#foundation/db.ts';
import { changeMarketingLevel } from '#friends/change-marketing-level.ts';
import type { House } from '#line/turn.ts';
import { giveConsent } from '../log-consent.ts';
import { mergePersons } from '../merge-persons.ts';
import { type Person, readPerson } from '../person-reads.ts';
import { spendAccountLink } from '../spend-account-link.ts';
import { touchPersonByLine } from '../touch-person.ts';
import { bindPerson } from './bind-person.ts';
import { moveCard, readMoveOrigin } from './move-card.ts';

export type LinkAccountOutcome =
  /** The nonce is unknown, used, or too old. */
  | { kind: 'ran_out' }
  | { kind: 'already_bound'; person: Person }
  | { kind: 'found'; memberId: number; isNew: boolean }
  | { kind: 'moved'; memberId: number; heldUntil: Date };

/**
 * Binds a LINE account to the member who signed in at the brand's own site. Where that member's card is, or was not
 * long ago, with another LINE account it moves, under the rules of every move.
 * @param input.at LINE's timestamp of the event; `now` is business time
 */
export async function linkAccount(
  tx: Tx,
  house: House,
  input: { lineUserId: string; nonce: string; eventKey: string; at: Date; now: Date },
): Promise<LinkAccountOutcome> {
  const { lineUserId, eventKey, now } = input;
  const memberId = await spendAccountLink(tx, house.secrets, { nonce: input.nonce, at: input.at });
  if (memberId === null) return { kind: 'ran_out' };
  const asking = await touchPersonByLine(tx, { lineUserId, now });
  if (asking.joinedAt) return { kind: 'already_bound', person: asking };
  await sql`select 1 from members where id = ${memberId} for update`.execute(tx);
  const holder = await readPerson(tx, memberId);
  if (!holder) return { kind: 'ran_out' };
  const fromLineUserId = await readMoveOrigin(tx, {
    memberId: holder.memberId,
    toLineUserId: lineUserId,
    now,
  });
  const moved =
    fromLineUserId === null
      ? null
      : await moveCard(tx, house, {
          memberId: holder.memberId,
          fromLineUserId,
          toLineUserId: lineUserId,
          eventKey,
          now,
        });
  const actor = { kind: 'member', id: String(holder.memberId) } as const;
  await mergePersons(tx, { fromId: asking.memberId, intoId: holder.memberId, now, actor, source: 'chat' });
  await giveConsent(tx, {
    memberId: holder.memberId,
    purpose: 'service',
    textVersion: 'member-site',
    source: 'member_site',
    now,
  });
  // The site's own consent covers the membership; offers begin when the member asks for them.
  await changeMarketingLevel(tx, {
    lineUserId,
    memberId: holder.memberId,
    level: 'stopped',
    eventKey: `bind:${eventKey}`,
    now,
  });
  const { isNew } = await bindPerson(tx, { memberId: holder.memberId, lineUserId, eventKey, now });
  return moved
    ? { kind: 'moved', memberId: holder.memberId, heldUntil: moved.heldUntil }
    : { kind: 'found', memberId: holder.memberId, isNew };
}
