import { sql, type Tx } from '#foundation/db.ts';
import { type DecideContext, type Decision, decideRow } from './decide-row.ts';
import { finishRows } from './freeze-rows.ts';
import { type LockedFriend, lockFriends, readMarketingPast } from './lock-friends.ts';
import { lockBatch, type PickedRow } from './pick-rows.ts';
import { refuseTogether } from './refuse-together.ts';
import { sendApart } from './send-apart.ts';

/** What a further try of a multicast comes to, beside what is done at once. */
export type LeasedMulticast = {
  /** The rows that leave in one call, the one with the body first; empty when none does. */
  rows: PickedRow[];
  /** Whether they count against caps from now: what may have arrived counts already. */
  counts: boolean;
  finished: Finished[];
  isBusy: boolean;
};

type Finished = { id: number; state: 'skipped' | 'failed' | 'unknown'; reason: string };
type Friends = ReadonlyMap<string, LockedFriend | 'busy'>;
/** The recipients that are still to be told, but for the head, the row with the body. */
type Batch = { head: PickedRow; others: PickedRow[]; friends: Friends };

const nothing: LeasedMulticast = { rows: [], counts: false, finished: [], isBusy: false };

/** Ends that hold for all recipients alike. */
const commonEnds = new Set(['expired', 'quiet_hours', 'quota', 'not accepted in 23 hours']);

/**
 * A further try carries the same key, so it must have the same recipients and bytes. What certainly reached nobody is
 * asked for each of them like a new message, and goes on without those who drop out, under a new key.
 */
export async function leaseMulticast(
  tx: Tx,
  head: PickedRow,
  decision: Decision & { do: 'send' | 'finish' },
  context: DecideContext & { countedSince: string },
): Promise<LeasedMulticast> {
  const mates = await lockBatch(tx, head.batchId as string);
  // One that is still leased to whoever died comes back soon, or ends.
  if (mates === null || mates.some(({ state }) => state === 'sending')) return { ...nothing, isBusy: true };
  const people = mates.map(({ lineUserId }) => lineUserId);
  const friends = await lockFriends(tx, people);
  if ([...friends.values()].includes('busy')) return { ...nothing, isBusy: true };
  const others = mates
    .filter(({ id, state }) => state === 'planned' && id !== head.id)
    .map(({ id, lineUserId, memberId, data }) => ({ ...head, id, lineUserId, memberId, data }));
  if (decision.do === 'finish' && commonEnds.has(decision.reason)) {
    const { state, reason } = decision;
    return { ...nothing, finished: [head, ...others].map(({ id }) => ({ id, state, reason })) };
  }
  const batch = { head, others, friends };
  return head.doubts > 0 ? leaseDoubtful(batch, context) : leaseUnsent(tx, batch, decision, context);
}

/**
 * Nobody knows whether the call arrived. While it may still be on its way, it ends as it ends, whoever says stop: to
 * try it again delivers nothing that was not called for before. Later than that a stop is heeded, and the others stop as
 * unknown, because a push with another key could be a second delivery.
 */
function leaseDoubtful({ head, others, friends }: Batch, { now }: DecideContext): LeasedMulticast {
  const all = [head, ...others];
  const isGone = ({ lineUserId }: PickedRow): boolean => {
    const friend = friends.get(lineUserId as string);
    if (!friend || friend === 'busy') return true;
    if (head.isOnItsWay) return false;
    return friend.marketing === 'stopped' || (friend.pausedUntil !== null && friend.pausedUntil > now);
  };
  // Who ended in the meantime stands in no row here any more, but still in the frozen body.
  if (!all.some(isGone) && all.length === countRecipients(head)) return { ...nothing, rows: all };
  const finished = all.map((row) => ({
    id: row.id,
    state: 'unknown' as const,
    reason: isGone(row) ? 'stopped' : 'another recipient dropped out',
  }));
  return { ...nothing, finished };
}

async function leaseUnsent(
  tx: Tx,
  { head, others, friends }: Batch,
  decision: Decision & { do: 'send' | 'finish' },
  context: DecideContext & { countedSince: string },
): Promise<LeasedMulticast> {
  const lineUserIds = others.map(({ lineUserId }) => lineUserId as string);
  const past = await readMarketingPast(tx, {
    lineUserIds,
    since: context.countedSince,
    today: context.today,
  });
  for (const [person, pushes] of past) if (!context.past.has(person)) context.past.set(person, pushes);
  const refused = await refuseTogether(tx, context.kinds, others);
  const decisions: Decision[] = [decision];
  for (const row of others) decisions.push(await decideRow(tx, row, { ...context, friends, refused }));
  if (decisions.some((each) => each.do === 'wait')) return { ...nothing, isBusy: true };
  const rows = decisions.flatMap((each) => (each.do === 'send' ? [each.row] : []));
  if (rows.length === countRecipients(head)) return { ...nothing, rows, counts: true };
  await sendApart(tx, {
    groups: [rows.map(({ id }) => id)],
    leaseToken: null,
    body: head.body as Buffer,
  });
  const finished = decisions.flatMap((each) =>
    each.do === 'finish' ? [{ id: each.row.id, state: each.state, reason: each.reason }] : [],
  );
  return { ...nothing, finished };
}

function countRecipients(head: PickedRow): number {
  const { to } = JSON.parse((head.body as Buffer).toString('utf8')) as { to: readonly string[] };
  return to.length;
}

/** Ends a row whose kind could not be asked; the others of its multicast, which reached nobody, go on without it. */
export async function endFaulty(tx: Tx, end: Finished): Promise<void> {
  const found = await sql<{ batchId: string; body: Buffer }>`
    select head.batch_id as "batchId", head.body from outbox_messages own
    join outbox_messages head on head.batch_id = own.batch_id and head.body is not null
    where own.id = ${end.id} and own.method = 'multicast'`.execute(tx);
  const [multicast] = found.rows;
  if (multicast) {
    const mates = await lockBatch(tx, multicast.batchId);
    // Somebody else holds a part of it: it is met again.
    if (mates === null) return;
    const rest = mates.map(({ id }) => id).filter((id) => id !== end.id);
    await sendApart(tx, { groups: [rest], leaseToken: null, body: multicast.body });
  }
  await finishRows(tx, [end]);
}
