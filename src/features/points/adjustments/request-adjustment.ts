import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone, instantInZone } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { newUuid } from '#foundation/ids.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import { askApproval } from '../../staff/approvals/ask-approval.ts';
import { maskReason } from '../../staff/reason-rules.ts';
import { staffPolicy } from '../../staff/staff-policy-rules.ts';
import { lockMember } from '../ledger/lock-accounts.ts';
import { readPoints } from '../points-reads.ts';
import { adjustPoints } from './adjust-points.ts';
import { countAdjustedAlone } from './adjustment-reads.ts';
import { pointsAdjustment } from './points-adjustment-approval.ts';

export type RequestAdjustmentOutcome =
  | { ok: true; state: 'done'; balance: number }
  | { ok: true; state: 'waiting'; approvalId: number }
  | Refused<'not_enough_points', { held: number }>;

/**
 * A person adjusts a member's points: at once up to the policy's limit, beyond it a second person has to agree. What
 * one person changed for one member alone counts together over a business day, so that parts are no way around.
 * @param input.points plus or minus, not 0
 * @param input.now business time
 */
export async function requestAdjustment(
  tx: Tx,
  input: {
    memberId: number;
    points: number;
    reason: string;
    storeId: number | null;
    staffId: number;
    now: Date;
    actor: Actor;
  },
): Promise<RequestAdjustmentOutcome> {
  const { memberId, points, storeId, staffId, now, actor } = input;
  // Two halves at once must see each other.
  await lockMember(tx, memberId);
  const { zone } = await readPolicy(tx, brandPolicy, now);
  const today = dateInZone(now, zone);
  const { adjustPointsAbove } = await readPolicy(tx, staffPolicy, now);
  const since = instantInZone(today, '00:00', zone);
  const alone = await countAdjustedAlone(tx, { memberId, staffId, since });
  if (alone + Math.abs(points) > adjustPointsAbove) {
    const { active } = await readPoints(tx, memberId, today);
    if (active + points < 0) return refuse('not_enough_points', { held: active });
    const { approvalId } = await askApproval(tx, pointsAdjustment, {
      request: { memberId, points },
      storeId,
      reason: input.reason,
      askedById: staffId,
      now,
      actor,
    });
    return { ok: true, state: 'waiting', approvalId };
  }
  const adjusted = await adjustPoints(tx, {
    memberId,
    points,
    key: newUuid(),
    reason: maskReason(input.reason),
    storeId,
    approval: null,
    now,
    actor,
  });
  return adjusted.ok ? { ok: true, state: 'done', balance: adjusted.balance } : adjusted;
}
