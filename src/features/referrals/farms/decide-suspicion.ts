import '../tables.ts';
import { maskReason } from '#features/staff/reason-rules.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { lockInviters } from '../lock-referrals.ts';

export type DecideSuspicionOutcome =
  | { ok: true; refused: number }
  | Refused<'unknown_suspicion' | 'already_decided'>;

/**
 * A person has looked at a suspicion. Released, its friends are rewarded as all others and this sign is not raised
 * for them again; refused, those who were not rewarded yet never are. What was given already stays given.
 * @param input.reason in the words of whoever decides
 * @returns `refused`: how many friends' invitations ended
 */
export async function decideSuspicion(
  tx: Tx,
  input: {
    suspicionId: number;
    decision: 'released' | 'refused';
    reason: string;
    now: Date;
    actor: Actor;
  },
): Promise<DecideSuspicionOutcome> {
  const { suspicionId, decision, now } = input;
  const known = await tx
    .selectFrom('referral_suspicions')
    .select('inviter_id')
    .where('id', '=', suspicionId)
    .executeTakeFirst();
  if (!known) return refuse('unknown_suspicion');
  await lockInviters(tx, [known.inviter_id]);
  const reason = maskReason(input.reason);
  const decided = await tx
    .updateTable('referral_suspicions')
    .set({ state: decision, decided_at: now, reason })
    .where('id', '=', suspicionId)
    .where('state', '=', 'open')
    .returning(['inviter_id', 'sign'])
    .executeTakeFirst();
  if (!decided) return refuse('already_decided');
  const refused = decision === 'refused' ? await refuseTies(tx, suspicionId) : 0;
  await recordAudit(tx, {
    at: now,
    actor: input.actor,
    action: decision === 'refused' ? 'referral.refused' : 'referral.released',
    subjectKind: 'referral_suspicion',
    subjectId: String(suspicionId),
    memberId: decided.inviter_id,
    before: { state: 'open' },
    after: { state: decision, sign: decided.sign, refused, reason },
  });
  return { ok: true, refused };
}

async function refuseTies(tx: Tx, suspicionId: number): Promise<number> {
  const ended = await sql`
    update referrals r set state = 'refused', refused_reason = 'farm'
    from referral_suspected_ties t
    where t.suspicion_id = ${suspicionId} and r.invitee_id = t.invitee_id
      and r.state in ('received', 'bound')`.execute(tx);
  return Number(ended.numAffectedRows ?? 0n);
}
