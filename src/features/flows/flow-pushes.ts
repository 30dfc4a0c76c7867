import { addDays, instantInZone } from '#foundation/clock.ts';
import type { PlannedPush } from '#outbox/enqueue-pushes.ts';
import type { AnyMessageKind } from '#outbox/kinds.ts';
import { flowBirthdayGift, flowBirthdayWish } from './birthday-messages.ts';
import { morningTime } from './flow-rules.ts';
import { type Candidate, dedupeKeyOf } from './plan-rules.ts';
import { flowCouponReminder } from './reminder-messages.ts';
import { flowWinBack } from './win-back-messages.ts';

/** An offer waits so many days for a way out; then its moment has gone. */
const winBackDays = 7;

/**
 * The push of one chosen candidate, with the day until which what it says is true.
 * @param morning.leavesOn the first day on which a push can leave: not today where quiet hours hold until tomorrow
 */
export function pushOf(
  candidate: Candidate,
  morning: { today: string; leavesOn: string; zone: string },
  given: { lineUserId: string; claimId: number | null; riderClaimIds: number[]; unit: string | null },
): PlannedPush {
  const { today, zone } = morning;
  const { kind, data, trueBefore } = describe(candidate, morning, given);
  return {
    kind,
    lineUserId: given.lineUserId,
    memberId: candidate.memberId,
    dedupeKey: dedupeKeyOf(candidate),
    sourceRef: `flow:${candidate.flow}`,
    data: { ...candidate.data, ...data, occasion: candidate.occasion },
    dueAt: instantInZone(today, morningTime, zone),
    expiresAt: instantInZone(trueBefore, '00:00', zone),
    unit: given.unit,
  };
}

function describe(
  candidate: Candidate,
  { today, leavesOn }: { today: string; leavesOn: string },
  given: { claimId: number | null; riderClaimIds: number[] },
): { kind: AnyMessageKind; data: Record<string, unknown>; trueBefore: string } {
  const tomorrow = addDays(today, 1);
  switch (candidate.flow) {
    case 'birthday':
      return candidate.step === 'wish'
        ? {
            kind: flowBirthdayWish,
            data: {
              plannedFor: leavesOn,
              isLate: candidate.data.isLate === true || leavesOn > today,
              newGiftClaimId: given.riderClaimIds[0] ?? null,
            },
            trueBefore: addDays(leavesOn, 1),
          }
        : {
            kind: flowBirthdayGift,
            data: { claimId: given.claimId },
            trueBefore: String(candidate.data.birthdayOn),
          };
    case 'coupon_reminder':
      return { kind: flowCouponReminder, data: { plannedFor: today }, trueBefore: tomorrow };
    case 'win_back':
      return {
        kind: flowWinBack,
        data: { step: candidate.step, claimId: given.claimId },
        trueBefore: addDays(today, winBackDays),
      };
  }
}
