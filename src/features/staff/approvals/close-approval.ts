import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type ApprovalKinds, type ApprovalSummary, findApprovalKind } from './approval-kind-rules.ts';

export type ClosedState = 'approved' | 'rejected' | 'withdrawn' | 'expired';

/**
 * Ends the waiting of an approval that the caller has locked, and says so in the audit log.
 * @param input.summary what it did as who decided saw it; left out, the words of the asking stay
 */
export async function closeApproval(
  tx: Tx,
  kinds: ApprovalKinds,
  input: {
    approval: { id: number; kind: string; request: unknown; asked_by_id: number };
    state: ClosedState;
    decidedById: number | null;
    note: string | null;
    because?: 'due' | 'asker_disabled';
    summary?: Record<Locale, ApprovalSummary>;
    now: Date;
    actor: Actor;
  },
): Promise<void> {
  const { approval, state, note, now } = input;
  await tx
    .updateTable('staff_approvals')
    .set({
      state,
      decided_by_id: input.decidedById,
      decided_at: now,
      note,
      ...(input.summary && { summary: JSON.stringify(input.summary) }),
    })
    .where('id', '=', approval.id)
    .execute();
  const kind = findApprovalKind(kinds, approval.kind);
  const memberId = kind.memberIdOf(kind.schema.parse(approval.request));
  await recordAudit(tx, {
    at: now,
    actor: input.actor,
    action: `approval.${state}`,
    subjectKind: 'approval',
    subjectId: String(approval.id),
    ...(memberId !== null && { memberId }),
    before: { state: 'waiting', askedById: approval.asked_by_id },
    after: {
      state,
      kind: approval.kind,
      request: approval.request,
      ...(note !== null && { note }),
      ...(input.because && { because: input.because }),
    },
  });
}
