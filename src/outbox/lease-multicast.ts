import type { Tx } from '#foundation/db.ts';
import type { Decision } from './decide-row.ts';
import { lockFriends } from './lock-friends.ts';
import { type BatchMate, lockBatch, type PickedRow } from './pick-rows.ts';
import { sendApart } from './send-apart.ts';

/** What a further try of a multicast comes to, beside what is done at once. */
export type LeasedMulticast = {
  /** The rows that leave in one call, the one with the body first; empty when none does. */
  ids: number[];
  finished: { id: number; state: 'skipped' | 'failed' | 'unknown'; reason: string }[];
  isBusy: boolean;
};

/** Ends that hold for all recipients alike. */
const commonEnds = new Set(['expired', 'quiet_hours', 'quota', 'not accepted in 23 hours']);

/**
 * A retry carries the same key, so it must have the same recipients. When one of them must not be sent to any more
 * (停止 in the meantime), the batch cannot be tried again: the others go on under a new key if no try can have arrived, else its rows
 * stop as unknown, because a push with another key could be a second delivery.
 * @param now business time
 */
export async function leaseMulticast(
  tx: Tx,
  head: PickedRow,
  decision: Decision & { do: 'send' | 'finish' },
  now: Date,
): Promise<LeasedMulticast> {
  const mates = await lockBatch(tx, head.batchId as string);
  const friends =
    mates &&
    (await lockFriends(
      tx,
      mates.map(({ lineUserId }) => lineUserId),
    ));
  if (mates === null || friends === null || [...friends.values()].includes('busy')) {
    return { ids: [], finished: [], isBusy: true };
  }
  const isGone = (mate: BatchMate) => {
    const friend = friends.get(mate.lineUserId);
    if (!friend || friend === 'busy') return true;
    return friend.marketing === 'stopped' || (friend.pausedUntil !== null && friend.pausedUntil > now);
  };
  const others = mates.filter((mate) => mate.state === 'planned' && mate.id !== head.id);
  const planned = others.filter((mate) => !isGone(mate)).map((mate) => mate.id);
  const gone = others.filter(isGone).map(({ id }) => ({
    id,
    state: head.doubts > 0 ? ('unknown' as const) : ('skipped' as const),
    reason: 'stopped',
  }));
  // Who ended in the meantime stands in no row here any more, but still in the frozen body.
  if (decision.do === 'send' && planned.length === countRecipients(head) - 1) {
    return { ids: [head.id, ...planned], finished: [], isBusy: false };
  }
  if (decision.do === 'finish' && commonEnds.has(decision.reason)) {
    const { state, reason } = decision;
    const all = [head.id, ...others.map((mate) => mate.id)];
    return { ids: [], finished: all.map((id) => ({ id, state, reason })), isBusy: false };
  }
  const ended =
    decision.do === 'finish'
      ? [...gone, { id: head.id, state: decision.state, reason: decision.reason }]
      : gone;
  const rest = decision.do === 'finish' ? planned : [head.id, ...planned];
  if (head.doubts === 0) {
    await sendApart(tx, { groups: [rest], leaseToken: null, body: head.body as Buffer });
    return { ids: [], finished: ended, isBusy: false };
  }
  const unknown = rest.map((id) => ({
    id,
    state: 'unknown' as const,
    reason: 'another recipient dropped out',
  }));
  return { ids: [], finished: [...ended, ...unknown], isBusy: false };
}

function countRecipients(head: PickedRow): number {
  const { to } = JSON.parse((head.body as Buffer).toString('utf8')) as { to: readonly string[] };
  return to.length;
}
