import { shareIdentity } from '#features/members/identity-hash-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { lockTies } from './lock-referrals.ts';
import { leadsTo, readCodeOwner } from './referral-reads.ts';
import { isLapsed, referralsPolicy } from './referral-rules.ts';
import { referralReceived } from './referrals-facts.ts';

export type ReceiveCodeOutcome =
  | { ok: true; inviterId: number; isNew: boolean }
  | Refused<'unknown_code' | 'own_code' | 'ring' | 'already_member' | 'second_inviter' | 'too_late'>;

/**
 * Ties a person who is no member yet to the member whose code they sent: one inviter for ever, decided by the key
 * of the table. A tie that was not followed by binding in time is told so once and then free again.
 */
export async function receiveCode(
  tx: Tx,
  input: { code: string; memberId: number; joinedAt: Date | null; now: Date; actor: Actor; source: string },
): Promise<ReceiveCodeOutcome> {
  const { memberId, now } = input;
  const policy = await readPolicy(tx, referralsPolicy, now);
  const inviterId = await readCodeOwner(tx, input.code);
  if (inviterId === null) return refuse('unknown_code');
  // Someone who let go of the card and is new to us by the same LINE account is still the inviter.
  if (inviterId === memberId || (await shareIdentity(tx, { oneId: inviterId, otherId: memberId })))
    return refuse('own_code');
  await lockTies(tx);
  if (await leadsTo(tx, { fromId: inviterId, toId: memberId })) return refuse('ring');
  if (input.joinedAt !== null) return refuse('already_member');
  const tied = await tx
    .insertInto('referrals')
    .values({ invitee_id: memberId, inviter_id: inviterId, received_at: now, state: 'received' })
    .onConflict((conflict) => conflict.doNothing())
    .returning('invitee_id')
    .executeTakeFirst();
  if (!tied) {
    const tie = await tx
      .selectFrom('referrals')
      .selectAll()
      .where('invitee_id', '=', memberId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (tie.state === 'received' && isLapsed(tie.received_at, policy, now)) {
      await setTie(tx, memberId, { state: 'refused', refused_reason: 'late' });
      return refuse('too_late');
    }
    if (tie.state === 'received' && tie.inviter_id === inviterId)
      return { ok: true, inviterId, isNew: false };
    if (tie.state !== 'refused' || tie.refused_reason !== 'late') return refuse('second_inviter');
    await setTie(tx, memberId, {
      inviter_id: inviterId,
      received_at: now,
      state: 'received',
      refused_reason: null,
    });
  }
  await recordFact(tx, referralReceived, {
    memberId,
    occurredAt: now,
    actor: input.actor,
    source: input.source,
    dedupeKey: `${memberId}:${now.toISOString()}`,
    data: { inviterId },
  });
  return { ok: true, inviterId, isNew: true };
}

type Tie = {
  inviter_id?: number;
  received_at?: Date;
  state: 'received' | 'refused';
  refused_reason: 'late' | null;
};

async function setTie(tx: Tx, inviteeId: number, tie: Tie): Promise<void> {
  await tx.updateTable('referrals').set(tie).where('invitee_id', '=', inviteeId).execute();
}
