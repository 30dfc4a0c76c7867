import '../tables.ts';
import { type Person, readPerson } from '#features/members/person-reads.ts';
import type { Store } from '#features/stores/store-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { addMs, dateInZone } from '#foundation/clock.ts';
import { hashContent } from '#foundation/content-hash.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { sameBytes } from '#foundation/secrets.ts';
import { creditPoints } from '../ledger/credit-points.ts';
import { lockMember } from '../ledger/lock-accounts.ts';
import { readPoints } from '../points-reads.ts';
import { findEnd, pointsPolicy } from '../points-rules.ts';
import { activityRecorded } from './activities-facts.ts';
import { readActivity, sumActivityPoints } from './activity-reads.ts';
import { type ActivityKind, countActivityPoints, type NoPointsReason } from './activity-rules.ts';
import { noticeActivity } from './notice-activity.ts';

/** An activity as another system tells it. */
export type Activity = {
  kind: ActivityKind;
  /** That system's number for it. */
  sourceRef: string;
  occurredAt: Date;
  store: Store | null;
};

/** What that system is told; the same for ever, however often it asks. */
export type ActivityAnswer = {
  activityId: string;
  memberNo: string;
  points: { earned: number; reason: NoPointsReason | null; balance: number };
};

const dayMs = 86_400_000;

/**
 * Takes in what a member did beside buying, once for ever per kind, number and person, and gives the points that the
 * policy of that moment has for it. Beyond the caps of its day or month in the brand's zone it is taken in with none.
 * Two at once see each other: both are decided under the lock of the member's accounts.
 */
export async function earnByActivity(
  tx: Tx,
  activity: Activity,
  of: { memberId: number; now: Date; actor: Actor; source: string },
): Promise<
  | { ok: true; isNew: boolean; answer: ActivityAnswer }
  | Refused<'unknown_member' | 'in_future' | 'other_content'>
> {
  const { kind, sourceRef, occurredAt, store } = activity;
  const { now, actor } = of;
  if (occurredAt > addMs(now, dayMs)) return refuse('in_future');
  const person = await lockLiving(tx, of.memberId);
  if (!person) return refuse('unknown_member');
  const { memberId, memberNo } = person;
  const requestHash = hashContent({ kind, sourceRef, occurredAt, storeCode: store?.code ?? null });
  const known = await readActivity(tx, { kind, sourceRef, memberId });
  if (known) {
    if (!sameBytes(known.requestHash, requestHash)) return refuse('other_content');
    const told = known.answer as Omit<ActivityAnswer, 'activityId'>;
    return { ok: true, isNew: false, answer: { activityId: String(known.id), ...told } };
  }

  const policy = await readPolicy(tx, pointsPolicy, occurredAt);
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const occurredOn = dateInZone(occurredAt, zone);
  const sums = await sumActivityPoints(tx, { kind, memberId, on: occurredOn });
  const { points, reason } = countActivityPoints(policy.activities[kind], sums);
  const transactionId =
    points === 0
      ? null
      : await credit(tx, activity, {
          ...of,
          memberId,
          points,
          endsOn: findEnd(policy.ends, occurredOn),
        });
  const { active } = await readPoints(tx, memberId, dateInZone(now, zone));
  const told = { memberNo, points: { earned: points, reason, balance: active } };
  const { id } = await tx
    .insertInto('points_activities')
    .values({
      kind,
      source_ref: sourceRef,
      member_id: memberId,
      store_id: store?.storeId ?? null,
      occurred_at: occurredAt,
      occurred_on: occurredOn,
      points,
      no_points_reason: reason,
      policy_version: policy.version,
      transaction_id: transactionId,
      request_hash: requestHash,
      answer: JSON.stringify(told),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordFact(tx, activityRecorded, {
    memberId,
    occurredAt: now,
    actor,
    source: of.source,
    dedupeKey: String(id),
    data: { activityId: id, kind, storeId: store?.storeId ?? null, occurredOn, points },
  });
  if (points > 0)
    await noticeActivity(tx, {
      activityId: id,
      memberId,
      kind,
      storeName: store?.name ?? null,
      occurredOn,
      now,
    });
  return { ok: true, isNew: true, answer: { activityId: String(id), ...told } };
}

/** The person as they are once nobody else moves their points: who was merged meanwhile is somebody else now. */
async function lockLiving(tx: Tx, memberId: number): Promise<Person | null> {
  await lockMember(tx, memberId);
  const person = await readPerson(tx, memberId);
  if (person && person.memberId !== memberId) await lockMember(tx, person.memberId);
  return person;
}

async function credit(
  tx: Tx,
  { kind, sourceRef, store }: Activity,
  of: { memberId: number; points: number; endsOn: string | null; now: Date; actor: Actor },
): Promise<number> {
  const { memberId, points } = of;
  const { transactionId } = await creditPoints(
    tx,
    {
      idemKey: `${kind}:${memberId}:${hashContent({ sourceRef }).toString('hex')}`,
      content: { memberId, points },
      reason: kind,
      source: { kind: 'activity', id: sourceRef },
      memberId,
      actor: of.actor,
      occurredAt: of.now,
      data: { storeId: store?.storeId ?? null },
    },
    'issued',
    [{ amount: points, availableOn: null, endsOn: of.endsOn, purchaseId: null }],
  );
  return transactionId;
}
