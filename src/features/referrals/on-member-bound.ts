import { shareIdentity } from '#features/members/identity-hash-reads.ts';
import { readLineUserOf, readPerson } from '#features/members/person-reads.ts';
import type { Tx } from '#foundation/db.ts';
import { type Fact, recordFact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { lockTies } from './lock-referrals.ts';
import { referralBoundKind } from './referral-notices-messages.ts';
import { leadsTo } from './referral-reads.ts';
import { isLapsed, referralsPolicy } from './referral-rules.ts';
import { referralBound } from './referrals-facts.ts';
import type { ReferralsTable } from './tables.ts';

/** A person who had sent a code has bound: the tie holds if it still may, and the inviter is told. */
export async function onMemberBound(tx: Tx, fact: Fact<{ isNew: boolean }>): Promise<void> {
  const { memberId, occurredAt: now } = fact;
  if (memberId === null || fact.isHistory) return;
  const waiting = await tx
    .selectFrom('referrals')
    .select('invitee_id')
    .where('invitee_id', '=', memberId)
    .where('state', '=', 'received')
    .executeTakeFirst();
  if (!waiting) return;
  await lockTies(tx);
  const tie = await tx
    .selectFrom('referrals')
    .selectAll()
    .where('invitee_id', '=', memberId)
    .where('state', '=', 'received')
    .forUpdate()
    .executeTakeFirst();
  if (!tie) return;
  const inviter = await readPerson(tx, tie.inviter_id);
  const refused = await whyNot(tx, {
    tie,
    inviterId: inviter?.memberId ?? null,
    isNew: fact.data.isNew,
    now,
  });
  if (refused !== null || !inviter) {
    await tx
      .updateTable('referrals')
      .set({ state: 'refused', refused_reason: refused })
      .where('invitee_id', '=', memberId)
      .execute();
    return;
  }
  await tx
    .updateTable('referrals')
    .set({ state: 'bound', bound_at: now })
    .where('invitee_id', '=', memberId)
    .execute();
  const bound = await recordFact(tx, referralBound, {
    memberId,
    occurredAt: now,
    actor: fact.actor,
    source: fact.source,
    dedupeKey: String(memberId),
    data: { inviterId: inviter.memberId },
  });
  const lineUserId = await readLineUserOf(tx, inviter.memberId);
  if (!bound || lineUserId === null) return;
  const { notices } = await readPolicy(tx, reachPolicy, now);
  await enqueueNotice(tx, referralBoundKind, notices.referral_bound ?? 'next_reply', {
    lineUserId,
    memberId: inviter.memberId,
    data: {},
    dedupeKey: `referral_bound:${memberId}`,
    dueAt: now,
  });
}

async function whyNot(
  tx: Tx,
  at: { tie: { received_at: Date; invitee_id: number }; inviterId: number | null; isNew: boolean; now: Date },
): Promise<ReferralsTable['refused_reason']> {
  const policy = await readPolicy(tx, referralsPolicy, at.now);
  if (at.inviterId === null) return 'inviter_gone';
  // Someone who had been a member before is no new friend, whatever account they came back with.
  if (!at.isNew) return 'already_member';
  if (isLapsed(at.tie.received_at, policy, at.now)) return 'late';
  // A second LINE account that binds by the inviter's own number, say with another birthday, invites oneself.
  if (await shareIdentity(tx, { oneId: at.inviterId, otherId: at.tie.invitee_id })) return 'own_code';
  return (await leadsTo(tx, { fromId: at.inviterId, toId: at.tie.invitee_id })) ? 'ring' : null;
}
