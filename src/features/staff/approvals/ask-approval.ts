import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { maskReason } from '../reason-rules.ts';
import { staffPolicy } from '../staff-policy-rules.ts';
import type { ApprovalKind } from './approval-kind-rules.ts';
import { describeInAll } from './describe-in-all.ts';

/**
 * Lets an action wait for a second person.
 * @param input.storeId where the second person must have the right; null = one whose rights reach every store
 * @param input.now business time
 */
export async function askApproval<Request extends object>(
  tx: Tx,
  kind: ApprovalKind<Request>,
  input: {
    request: Request;
    storeId: number | null;
    reason: string;
    askedById: number;
    now: Date;
    actor: Actor;
  },
): Promise<{ approvalId: number; expiresAt: Date }> {
  const { storeId, askedById, now } = input;
  const request = kind.schema.parse(input.request);
  const reason = maskReason(input.reason);
  const { approvalHours } = await readPolicy(tx, staffPolicy, now);
  const expiresAt = addMs(now, approvalHours * 3_600_000);
  const { id } = await tx
    .insertInto('staff_approvals')
    .values({
      kind: kind.kind,
      store_id: storeId,
      summary: JSON.stringify(await describeInAll(tx, kind, request, now)),
      request: JSON.stringify(request),
      reason,
      asked_by_id: askedById,
      asked_at: now,
      expires_at: expiresAt,
      decided_by_id: null,
      decided_at: null,
      note: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const memberId = kind.memberIdOf(request);
  await recordAudit(tx, {
    at: now,
    actor: input.actor,
    action: 'approval.asked',
    subjectKind: 'approval',
    subjectId: String(id),
    ...(memberId !== null && { memberId }),
    after: { kind: kind.kind, storeId, request, reason, expiresAt },
  });
  return { approvalId: id, expiresAt };
}
