import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';

/** Takes a task off the staff's list. @param input.now business time */
export async function closeTask(
  tx: Tx,
  input: { taskId: number; now: Date; actor: Actor },
): Promise<{ ok: true } | Refused<'unknown_task'>> {
  const closed = await tx
    .updateTable('tasks')
    .set({ state: 'done', closed_at: input.now })
    .where('id', '=', input.taskId)
    .where('state', '=', 'open')
    .returning(['kind', 'member_id'])
    .executeTakeFirst();
  if (!closed) return refuse('unknown_task');
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'task.closed',
    subjectKind: 'task',
    subjectId: String(input.taskId),
    ...(closed.member_id !== null && { memberId: closed.member_id }),
    after: { kind: closed.kind },
  });
  return { ok: true };
}
