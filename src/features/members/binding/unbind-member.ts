import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { memberUnbound } from '../members-facts.ts';
import { setDueMenu } from '../set-due-menu.ts';

/** Lets a LINE account go from its card. Points, coupons and their ends stay with the member. @returns whether it had one */
export async function unbindMember(
  tx: Tx,
  input: { memberId: number; lineUserId: string; eventKey: string; now: Date },
): Promise<boolean> {
  const { memberId, lineUserId, now } = input;
  const ended = await sql`
    update member_identities set until = greatest(${now}::timestamptz, since)
    where member_id = ${memberId} and kind = 'line' and line_user_id = ${lineUserId} and until is null
    returning id`.execute(tx);
  if (ended.rows.length === 0) return false;
  await setDueMenu(tx, { lineUserId, menu: 'guest', cause: `unbound:${input.eventKey}`, now });
  await recordFact(tx, memberUnbound, {
    memberId,
    lineUserId,
    occurredAt: now,
    actor: { kind: 'member', id: String(memberId) },
    source: 'chat',
    dedupeKey: input.eventKey,
    data: {},
  });
  return true;
}
