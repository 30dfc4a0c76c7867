import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { holdLine } from '../hold-identity.ts';
import { memberBound } from '../members-facts.ts';
import { setDueMenu } from '../set-due-menu.ts';

/**
 * Gives a member the LINE account, the member menu and the first day of membership. What is due to new members
 * happens in the rooms' reactions to the fact, before this returns.
 * @returns whether this member was never bound before
 */
export async function bindPerson(
  tx: Tx,
  input: { memberId: number; lineUserId: string; eventKey: string; now: Date },
): Promise<{ isNew: boolean }> {
  const { memberId, lineUserId, now } = input;
  await holdLine(tx, { memberId, lineUserId, now });
  const joined = await sql`
    update members set joined_at = ${now} where id = ${memberId} and joined_at is null returning id`.execute(
    tx,
  );
  const isNew = joined.rows.length > 0;
  await setDueMenu(tx, { lineUserId, menu: 'member', cause: `bound:${input.eventKey}`, now });
  await recordFact(tx, memberBound, {
    memberId,
    lineUserId,
    occurredAt: now,
    actor: { kind: 'member', id: String(memberId) },
    source: 'chat',
    dedupeKey: `${memberId}:${input.eventKey}`,
    data: { isNew },
  });
  return { isNew };
}
