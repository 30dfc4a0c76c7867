import type { Tx } from '#foundation/db.ts';
import type { Decision } from './decide-row.ts';
import { lockBatch, type PickedRow } from './pick-rows.ts';
import { sendApart } from './send-apart.ts';

/** What a further try of a multicast comes to, beside what is done at once. */
export type LeasedMulticast = {
  /** The rows that leave in one call, the one with the body first; empty when none does. */
  ids: number[];
  finished: { id: number; state: 'skipped' | 'failed' | 'unknown'; reason: string }[];
  isBusy: boolean;
};

/** Ends that hold for all recipients alike. */
const commonEnds = new Set(['expired', 'not accepted in 23 hours']);

/**
 * A retry carries the same key, so it must have the same recipients. When one of them must not be sent to any more
 * (停止 in the meantime), the batch cannot be tried again: it is dissolved if no try can have arrived, else its rows
 * stop as unknown, because a push with another key could be a second delivery.
 */
export async function leaseMulticast(
  tx: Tx,
  head: PickedRow,
  decision: Decision & { do: 'send' | 'finish' },
): Promise<LeasedMulticast> {
  const mates = await lockBatch(tx, head.batchId as string);
  if (mates === null) return { ids: [], finished: [], isBusy: true };
  const planned = mates
    .filter((mate) => mate.state === 'planned' && mate.id !== head.id)
    .map((mate) => mate.id);
  if (decision.do === 'send' && planned.length === mates.length - 1) {
    return { ids: [head.id, ...planned], finished: [], isBusy: false };
  }
  if (decision.do === 'finish' && commonEnds.has(decision.reason)) {
    const { state, reason } = decision;
    return { ids: [], finished: [head.id, ...planned].map((id) => ({ id, state, reason })), isBusy: false };
  }
  const ended =
    decision.do === 'finish' ? [{ id: head.id, state: decision.state, reason: decision.reason }] : [];
  const rest = decision.do === 'finish' ? planned : [head.id, ...planned];
  if (head.doubts === 0) {
    await sendApart(tx, { ids: rest, leaseToken: null, body: head.body as Buffer });
    return { ids: [], finished: ended, isBusy: false };
  }
  const unknown = rest.map((id) => ({
    id,
    state: 'unknown' as const,
    reason: 'another recipient dropped out',
  }));
  return { ids: [], finished: [...ended, ...unknown], isBusy: false };
}
