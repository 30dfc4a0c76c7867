import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { type Flow, readFlow } from './flow-reads.ts';
import { type FlowKey, flowKeys } from './flow-rules.ts';

export type SwitchFlowOutcome = { ok: true; flow: Flow } | Refused<'unknown_flow'>;

/**
 * Switches a flow on or off. Switched on, it never reaches back: only what happens from `now` on enters, and what an
 * earlier time of being on had planned stays off. Switching to what it already is changes nothing.
 * @param input.now business time
 */
export async function switchFlow(
  tx: Tx,
  input: { key: string; on: boolean; now: Date; actor: Actor },
): Promise<SwitchFlowOutcome> {
  const key = flowKeys.find((known): known is FlowKey => known === input.key);
  if (!key) return refuse('unknown_flow');
  const before = await tx
    .selectFrom('flows')
    .select(['is_on', 'switched_on_at'])
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst();
  if (!before) return refuse('unknown_flow');
  if (before.is_on !== input.on) {
    await tx
      .updateTable('flows')
      .set({ is_on: input.on, ...(input.on && { switched_on_at: input.now }) })
      .where('key', '=', key)
      .execute();
    await recordAudit(tx, {
      at: input.now,
      actor: input.actor,
      action: input.on ? 'flow.switched_on' : 'flow.switched_off',
      subjectKind: 'flow',
      subjectId: key,
      before: { on: before.is_on },
      after: { on: input.on },
    });
  }
  const flow = await readFlow(tx, key);
  return flow ? { ok: true, flow } : refuse('unknown_flow');
}
