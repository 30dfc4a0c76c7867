import type { Selectable } from 'kysely';
import { readPerson } from '#features/members/person-reads.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { moveSuspicions } from './farms/move-suspicions.ts';
import { lockInviters, lockTies } from './lock-referrals.ts';
import { moveMilestones } from './milestones/move-milestones.ts';
import type { ReferralsTable } from './tables.ts';

/**
 * Two persons are one. Who invited them: of two ties one counts, and the other goes. Whom they invited follows, and
 * so do their titles and what they are suspected of. A tie between the two goes, unless it was rewarded before
 * anybody knew.
 */
export async function moveReferrals(tx: Tx, input: { fromId: number; intoId: number }): Promise<void> {
  const { fromId, intoId } = input;
  await lockTies(tx);
  await lockInviters(tx, [fromId, intoId]);
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
  await moveMilestones(tx, input);
  await moveSuspicions(tx, input);
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
  // What was rewarded before anybody knew that the two are one stays as it is told.
  if (brought?.inviter_id === intoId) return;
  const kept = own && brought ? (outranks(own, brought) ? own : brought) : (own ?? brought);
  if (!kept) return;
  const lost = kept === own ? brought : own;
  if (lost) await tx.deleteFrom('referrals').where('invitee_id', '=', lost.invitee_id).execute();
  const isKnown = await wasKnown(tx, { tie: kept, memberId: intoId });
  await tx
    .updateTable('referrals')
    .set({
      invitee_id: intoId,
      ...(isKnown && { state: 'refused' as const, refused_reason: 'already_member' as const }),
    })
    .where('invitee_id', '=', kept.invitee_id)
    .execute();
}

/** Someone who turns out to have been a member all along is no new friend. */
async function wasKnown(tx: Tx, { tie, memberId }: { tie: Tie; memberId: number }): Promise<boolean> {
  const joinedAt = (await readPerson(tx, memberId))?.joinedAt ?? null;
  if (joinedAt === null) return false;
  if (tie.state === 'received') return true;
  return tie.state === 'bound' && tie.bound_at !== null && joinedAt < tie.bound_at;
}

/**
 * What was rewarded stays. Else a refusal that says that this is no new friend outranks what the other account got
 * on to: a second account and a merger are no way around it.
 */
function rank({ state, refused_reason: reason }: Tie): number {
  if (state === 'refused') return reason === 'late' || reason === 'inviter_gone' ? 0 : 3;
  return { received: 1, bound: 2, rewarded: 4 }[state];
}

function outranks(one: Tie, other: Tie): boolean {
  if (rank(one) !== rank(other)) return rank(one) > rank(other);
  return one.received_at <= other.received_at;
}
