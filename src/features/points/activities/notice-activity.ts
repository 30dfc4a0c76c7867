import { readLineUserOfBound } from '#features/members/person-reads.ts';
import type { Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { enqueueNotice } from '#outbox/enqueue.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { pointsActivityKind } from './activity-earned-messages.ts';
import type { ActivityKind } from './activity-rules.ts';

/** Tells a bound member of points for an activity, along the route that policy gives to this kind. */
export async function noticeActivity(
  tx: Tx,
  input: {
    activityId: number;
    memberId: number;
    kind: ActivityKind;
    storeName: string | null;
    occurredOn: string;
    now: Date;
  },
): Promise<void> {
  const { activityId, memberId, kind, storeName, occurredOn } = input;
  const lineUserId = await readLineUserOfBound(tx, memberId);
  if (lineUserId === null) return;
  const { notices } = await readPolicy(tx, reachPolicy, input.now);
  await enqueueNotice(tx, pointsActivityKind, notices[pointsActivityKind.key] ?? 'next_reply', {
    dedupeKey: `${pointsActivityKind.key}:${activityId}`,
    dueAt: input.now,
    lineUserId,
    memberId,
    sourceRef: `activity:${activityId}`,
    data: { activityId, kind, storeName, occurredOn },
  });
}
