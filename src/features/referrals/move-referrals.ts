import type { Selectable } from 'kysely';
import { readPerson } from '#features/members/person-reads.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { lockTies } from './receive-code.ts';
import type { ReferralsTable } from './tables.ts';

/**
 * Two persons are one. Who invited them: of two ties the further one counts, of equals the earlier, and the other
 * goes. Whom they invited follows. A tie between the two goes, unless it was rewarded before anybody knew.
 */
export async function moveReferrals(tx: Tx, input: { fromId: number; intoId: number }): Promise<void> {
  const { fromId, intoId } = input;
  await lockTies(tx);
  await sql`
    delete from referrals where state <> 'rewarded'
      and ((invitee_id = ${fromId} and inviter_id = ${intoId}) or (invitee_id = ${intoId} and inviter_id = ${fromId}))`.execute(
    tx,
  );
  await sql`
    update referrals set inviter_id = ${intoId} where inviter_id = ${fromId} and invitee_id <> ${intoId}`.execute(
    tx,
  );
  await moveInvitee(tx, input);
  await sql`
    update referral_codes set member_id = ${intoId}
    where member_id = ${fromId}
      and not exists (select 1 from referral_codes where member_id = ${intoId})`.execute(tx);
}

type Tie = Selectable<ReferralsTable>;

async function moveInvitee(tx: Tx, { fromId, intoId }: { fromId: number; intoId: number }): Promise<void> {
  const ties = await tx
    .selectFrom('referrals')
    .selectAll()
    .where('invitee_id', 'in', [fromId, intoId])
    .orderBy('invitee_id')
    .forUpdate()
    .execute();
  const own = ties.find((tie) => tie.invitee_id === intoId);
  const brought = ties.find((tie) => tie.invitee_id === fromId);
  if (!brought || brought.inviter_id === intoId) return;
  if (own) {
    const loser = outranks(own, brought) ? fromId : intoId;
    await tx.deleteFrom('referrals').where('invitee_id', '=', loser).execute();
    if (loser === fromId) return;
  }
  const person = await readPerson(tx, intoId);
  // Someone who turns out to have been a member all along is no new friend.
  const isKnown = brought.state === 'received' && person?.joinedAt != null;
  await tx
    .updateTable('referrals')
    .set({
      invitee_id: intoId,
      ...(isKnown && { state: 'refused' as const, refused_reason: 'already_member' as const }),
    })
    .where('invitee_id', '=', fromId)
    .execute();
}

const rank: Record<Tie['state'], number> = { refused: 0, received: 1, bound: 2, rewarded: 3 };

function outranks(one: Tie, other: Tie): boolean {
  if (rank[one.state] !== rank[other.state]) return rank[one.state] > rank[other.state];
  return one.received_at <= other.received_at;
}
