import { newUuid } from '#foundation/ids.ts';
import type { Decision } from './decide-row.ts';
import type { Frozen } from './freeze-rows.ts';
import { bodyOf, groupForMulticast } from './group-multicast-rules.ts';
import type { PickedRow } from './pick-rows.ts';
import type { Errand } from './retry-rules.ts';

/** The rows of a multicast that is tried again, the one with the body first. */
export type LeasedBatchOfMany = { head: PickedRow; ids: number[] };

/** What leaves, in its final bytes and under one lease: to be written down, and then to be called. */
export type AssembledBatch = { leaseToken: string; frozen: Frozen[]; errands: Errand[] };

/** The slow part of a lease: nothing that others wait for may be locked yet. */
export function assembleBatch(
  sends: readonly Extract<Decision, { do: 'send' }>[],
  batches: readonly LeasedBatchOfMany[],
): AssembledBatch {
  const leaseToken = newUuid();
  const frozen: Frozen[] = [];
  const errands: Errand[] = [];
  const dispatch = (row: PickedRow, ids: readonly number[], method: Errand['method'], body: Buffer | null) =>
    errands.push({
      ids,
      leaseToken,
      channel: row.channel,
      method,
      purpose: row.purpose,
      lineUserId: row.lineUserId,
      retryKey: row.retryKey,
      body: body ?? row.body ?? Buffer.alloc(0),
      secret: row.secret,
      hasRiders: row.batchId !== null && method !== 'multicast',
      replyReceivedAt: row.replyReceivedAt,
      attempts: row.attempts + 1,
      doubts: row.doubts + 1,
    });
  for (const { head, ids } of batches) {
    dispatch(head, ids, 'multicast', null);
    const { retryKey, batchId } = head;
    frozen.push(...ids.map((id) => ({ id, method: 'multicast' as const, retryKey, batchId, body: null })));
  }
  const renderings = sends.flatMap((send) =>
    send.messages ? [{ row: send.row, messages: send.messages }] : [],
  );
  const { groups, singles } = groupForMulticast(renderings);
  for (const { rows, json } of groups) {
    const [head] = rows;
    if (!head) continue;
    const people = rows.map((row) => row.lineUserId);
    const body = Buffer.from(bodyOf(people, json, head.unit));
    const batch = { method: 'multicast' as const, retryKey: head.retryKey, batchId: newUuid() };
    dispatch(
      head,
      rows.map(({ id }) => id),
      'multicast',
      body,
    );
    for (const { id } of rows)
      frozen.push({ id, ...batch, body: id === head.id ? body : null, shares: body });
  }
  for (const { row, json } of singles) {
    const body = Buffer.from(bodyOf(row.lineUserId, json, row.unit));
    dispatch(row, [row.id], 'push', body);
    frozen.push({ id: row.id, method: 'push', retryKey: row.retryKey, batchId: null, body });
  }
  for (const { row, json } of sends.filter((send) => send.messages === null)) {
    const body = json === undefined ? null : Buffer.from(json);
    dispatch(row, [row.id], row.method, body);
    frozen.push({ id: row.id, method: row.method, retryKey: row.retryKey, batchId: row.batchId, body });
  }
  return { leaseToken, frozen, errands };
}
