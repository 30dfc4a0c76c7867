import '../tables.ts';
import './tables.ts';
import type { Transact } from '#foundation/facts.ts';
import { type ApprovalKinds, findExpiry } from './approval-kind-rules.ts';
import { closeApproval } from './close-approval.ts';

const perBatch = 100;
const actor = { kind: 'job', id: 'approvals.end' } as const;

/**
 * Ends what nobody decided in time, and what somebody asked for who works here no more.
 * @param now business time
 * @returns how many
 */
export async function endDueApprovals(
  { transact, kinds }: { transact: Transact; kinds: ApprovalKinds },
  now: Date,
): Promise<number> {
  for (let total = 0; ; ) {
    const ended = await transact(async (tx) => {
      const due = await tx
        .selectFrom('staff_approvals as approval')
        .innerJoin('staff_accounts as asker', 'asker.id', 'approval.asked_by_id')
        .selectAll('approval')
        .select('asker.disabled_at as asker_disabled_at')
        .where('approval.state', '=', 'waiting')
        // What the running code does not know cannot be closed by it.
        .where('approval.kind', 'in', [...kinds.keys()])
        .where((eb) => eb.or([eb('approval.expires_at', '<=', now), eb('asker.disabled_at', 'is not', null)]))
        .orderBy('approval.id')
        .limit(perBatch)
        .forUpdate('approval')
        .skipLocked()
        .execute();
      for (const approval of due) {
        const because = findExpiry(approval, now) ?? 'due';
        const state = 'expired' as const;
        await closeApproval(tx, kinds, {
          approval,
          state,
          decidedById: null,
          note: null,
          because,
          now,
          actor,
        });
      }
      return due.length;
    });
    total += ended;
    if (ended < perBatch) return total;
  }
}
