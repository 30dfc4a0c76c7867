import '../tables.ts';
import './tables.ts';
import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { maskReason } from '../reason-rules.ts';
import {
  type ApprovalKinds,
  type Decider,
  findApprovalKind,
  findExpiry,
  mayDecide,
} from './approval-kind-rules.ts';
import { closeApproval } from './close-approval.ts';
import { describeInAll } from './describe-in-all.ts';

export type DecideApprovalOutcome =
  | { ok: true }
  | Refused<'unknown_approval' | 'own_request' | 'forbidden' | 'already_decided' | 'expired'>
  /** Approved, but it cannot be done now: it goes on waiting. `code` and `message` go outward. */
  | Refused<'not_carried_out', { code: string; message: string }>;

/**
 * A second person says yes or no; of two who do at once one wins, by the row's lock. A yes carries the action out in
 * this transaction. What is past its time, or was asked by somebody who works here no more, expires instead:
 * that, too, is written, so the transaction must be committed after a refusal.
 * @param input.now business time
 */
export async function decideApproval(
  tx: Tx,
  kinds: ApprovalKinds,
  input: {
    approvalId: number;
    decision: 'approve' | 'reject';
    by: Decider;
    note: string | null;
    now: Date;
    actor: Actor;
  },
): Promise<DecideApprovalOutcome> {
  const { by, now, actor } = input;
  const approval = await lockApproval(tx, input.approvalId);
  if (!approval) return refuse('unknown_approval');
  const kind = findApprovalKind(kinds, approval.kind);
  if (approval.asked_by_id === by.staffId) return refuse('own_request');
  const of = { askedById: approval.asked_by_id, storeId: approval.store_id, permission: kind.permission };
  if (!mayDecide(by, of)) return refuse('forbidden');
  if (approval.state !== 'waiting')
    return refuse(approval.state === 'expired' ? 'expired' : 'already_decided');

  const because = findExpiry(approval, now);
  if (because !== null) {
    const state = 'expired' as const;
    await closeApproval(tx, kinds, { approval, state, decidedById: null, note: null, because, now, actor });
    return refuse('expired');
  }
  const request = kind.schema.parse(approval.request);
  const summary = await describeInAll(tx, kind, request, now);
  if (input.decision === 'approve') {
    await sql`savepoint carry_out`.execute(tx);
    const done = await kind.carryOut(tx, request, {
      approvalId: approval.id,
      storeId: approval.store_id,
      reason: approval.reason,
      askedById: approval.asked_by_id,
      now,
      actor,
    });
    if (!done.ok) {
      await sql`rollback to savepoint carry_out`.execute(tx);
      return refuse('not_carried_out', { code: done.reason, message: done.message });
    }
  }
  await closeApproval(tx, kinds, {
    approval,
    state: input.decision === 'approve' ? 'approved' : 'rejected',
    decidedById: by.staffId,
    note: input.note === null ? null : maskReason(input.note),
    summary,
    now,
    actor,
  });
  return { ok: true };
}

/** Who asked takes it back before anybody decided. @param input.now business time */
export async function withdrawApproval(
  tx: Tx,
  kinds: ApprovalKinds,
  input: { approvalId: number; staffId: number; now: Date; actor: Actor },
): Promise<{ ok: true } | Refused<'unknown_approval' | 'not_yours' | 'already_decided' | 'expired'>> {
  const { now, actor } = input;
  const approval = await lockApproval(tx, input.approvalId);
  if (!approval) return refuse('unknown_approval');
  if (approval.asked_by_id !== input.staffId) return refuse('not_yours');
  if (approval.state !== 'waiting')
    return refuse(approval.state === 'expired' ? 'expired' : 'already_decided');
  if (findExpiry(approval, now) !== null) return refuse('expired');
  await closeApproval(tx, kinds, {
    approval,
    state: 'withdrawn',
    decidedById: input.staffId,
    note: null,
    now,
    actor,
  });
  return { ok: true };
}

async function lockApproval(tx: Tx, approvalId: number) {
  return tx
    .selectFrom('staff_approvals as approval')
    .innerJoin('staff_accounts as asker', 'asker.id', 'approval.asked_by_id')
    .selectAll('approval')
    .select('asker.disabled_at as asker_disabled_at')
    .where('approval.id', '=', approvalId)
    .forUpdate('approval')
    .executeTakeFirst();
}
