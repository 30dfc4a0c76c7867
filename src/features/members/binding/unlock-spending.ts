import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPersonByMemberNo } from '../person-reads.ts';

/** Lets a member spend again after the staff has spoken with the holder. @param input.now business time */
export async function unlockSpending(
  tx: Tx,
  input: { memberNo: string; now: Date; actor: Actor },
): Promise<{ ok: true; memberId: number } | Refused<'unknown_member' | 'not_locked'>> {
  const person = await readPersonByMemberNo(tx, input.memberNo);
  if (!person) return refuse('unknown_member');
  const unlocked = await tx
    .updateTable('members')
    .set({ spending_locked_at: null, spending_held_until: null })
    .where('id', '=', person.memberId)
    .where('spending_locked_at', 'is not', null)
    .returning('id')
    .executeTakeFirst();
  if (!unlocked) return refuse('not_locked');
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'member.unlock_spending',
    subjectKind: 'member',
    subjectId: String(person.memberId),
    memberId: person.memberId,
  });
  return { ok: true, memberId: person.memberId };
}
