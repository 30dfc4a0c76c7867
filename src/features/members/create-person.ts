import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { newMemberNo } from '#foundation/ids.ts';
import { memberFirstSeen } from './members-facts.ts';

/** A new person, not bound, with a member number of their own. @returns the member id */
export async function createPerson(
  tx: Tx,
  input: { lineUserId: string | null; now: Date; actor: Actor | null; source: string },
): Promise<number> {
  let memberId: number | undefined;
  while (memberId === undefined) {
    const made = await sql<{ id: number }>`
      insert into members (member_no, created_at) values (${newMemberNo()}, ${input.now})
      on conflict (member_no) do nothing returning id`.execute(tx);
    memberId = made.rows[0]?.id;
  }
  await recordFact(tx, memberFirstSeen, {
    memberId,
    lineUserId: input.lineUserId,
    occurredAt: input.now,
    actor: input.actor ?? { kind: 'member', id: String(memberId) },
    source: input.source,
    dedupeKey: String(memberId),
    data: {},
  });
  return memberId;
}
