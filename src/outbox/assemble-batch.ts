import { newUuid } from '#foundation/ids.ts';
import type { Decision } from './decide-row.ts';
import type { FrozenCall } from './freeze-rows.ts';
import { bodyOf, groupForMulticast } from './group-multicast-rules.ts';
import type { PickedRow } from './pick-rows.ts';
import type { Errand } from './retry-rules.ts';

/** The rows of a multicast that is tried again, the one with the body first. */
export type LeasedBatchOfMany = { head: PickedRow; ids: number[] };

/** What leaves, in its final bytes and under one lease: to be written down, and then to be called. */
export type AssembledBatch = { leaseToken: string; frozen: FrozenCall[]; errands: Errand[] };

/**
 * The slow part of a lease: nothing that others wait for may be locked yet.
 * @param stream the one stream that rows of streams in a batch belong to
 */
export function assembleBatch(
  sends: readonly Extract<Decision, { do: 'send' }>[],
  batches: readonly LeasedBatchOfMany[],
  stream: Errand['stream'],
): AssembledBatch {
  const leaseToken = newUuid();
  const frozen: FrozenCall[] = [];
  const errands: Errand[] = [];
  const dispatch = (
    row: PickedRow,
    call: { ids?: readonly number[]; method: Errand['method']; batchId: string | null; body: Buffer | null },
  ) => {
    const { ids = [row.id], method, batchId, body } = call;
    const { retryKey } = row;
    errands.push({
      ids,
      leaseToken,
      channel: row.channel,
      method,
      purpose: row.purpose,
      lineUserId: row.lineUserId,
      stream: row.streamId === null ? null : stream,
      retryKey,
      body: body ?? row.body ?? Buffer.alloc(0),
      secret: row.secret,
      hasRiders: row.batchId !== null && method !== 'multicast',
      isProbe: row.reason === 'probe',
      replyReceivedAt: row.replyReceivedAt,
      attempts: row.attempts + 1,
      doubts: row.doubts + 1,
    });
    frozen.push({ ids, method, retryKey, batchId, body });
  };
  for (const { head, ids } of batches)
    dispatch(head, { ids, method: 'multicast', batchId: head.batchId, body: null });
  const renderings = sends.flatMap((send) =>
    send.messages ? [{ row: send.row, messages: send.messages }] : [],
  );
  const { groups, singles } = groupForMulticast(renderings);
  for (const { rows, json } of groups) {
    const [head] = rows;
    if (!head) continue;
    const people = rows.map((row) => row.lineUserId);
    const body = Buffer.from(bodyOf(people, json, head.unit));
    const ids = rows.map(({ id }) => id);
    dispatch(head, { ids, method: 'multicast', batchId: newUuid(), body });
  }
  for (const { row, json } of singles) {
    const body = Buffer.from(bodyOf(row.lineUserId, json, row.unit));
    dispatch(row, { method: 'push', batchId: null, body });
  }
  for (const { row, json } of sends.filter((send) => send.messages === null)) {
    const body = json === undefined ? null : Buffer.from(json);
    dispatch(row, { method: row.method, batchId: row.batchId, body });
  }
  return { leaseToken, frozen, errands };
}
