import { readLineUserOfBound } from '#features/members/person-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { brandPolicy } from '#foundation/brand.ts';
import { dateInZone } from '#foundation/clock.ts';
import { type Tx, together } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import {
  countKept,
  type EarnBonus,
  type EarningTerms,
  listBonuses,
  plainTerms,
} from './earning/earning-rules.ts';
import { type EarningLine, pickMemberDay } from './earning/member-day-rules.ts';
import { creditPoints } from './ledger/credit-points.ts';
import { noticeEarnedPoints } from './notice-earned-points.ts';
import { readPoints } from './points-reads.ts';
import { findAvailable, findEnd, pointsPolicy } from './points-rules.ts';
import { type EarnedData, earnedKey } from './purchase-points-reads.ts';

/** `availableOn`: the first day on which they can be used, null when nothing was earned; `balance`: what can be used today. */
export type SettledPoints = {
  ok: true;
  earned: number;
  availableOn: string | null;
  bonuses: EarnBonus[];
  balance: number;
};

/**
 * Gives the points of a purchase: the rate of the total less points paid, with the bonuses of the buyer's tier and
 * of the best member day, usable at once or after the channel's return window. Purchases of the past (imports) never
 * come here.
 * @param input.purchasedAt decides the rate, the member day, the window and the end
 * @param input.tierPercent what the buyer's tier earns, in percent of the base rate
 * @param input.lines what was bought; a member day may count some categories only
 * @param input.today the business day in the brand's zone
 */
export async function settlePurchasePoints(
  tx: Tx,
  input: {
    purchaseId: number;
    memberId: number;
    storeId: number;
    storeCode: string;
    storeName: string;
    channel: 'store' | 'online';
    purchasedAt: Date;
    tierPercent: number;
    lines: readonly EarningLine[];
    totalTwd: number;
    pointsPaid: number;
    now: Date;
    today: string;
    actor: Actor;
  },
): Promise<SettledPoints> {
  const { purchaseId, memberId, storeId, totalTwd, pointsPaid } = input;
  const policy = await readPolicy(tx, pointsPolicy, input.purchasedAt);
  const { zone } = await readPolicy(tx, brandPolicy, input.now);
  const purchasedOn = dateInZone(input.purchasedAt, zone);
  const { twdPerPoint, pointValueTwd } = policy;
  const terms: EarningTerms = {
    twdPerPoint,
    pointValueTwd,
    tierPercent: input.tierPercent,
    memberDay: pickMemberDay(policy.memberDays, {
      on: purchasedOn,
      storeCode: input.storeCode,
      lines: input.lines,
    }),
  };
  const whole = { totalTwd, returnedTwd: 0, pointsPaid, pointsBack: 0 };
  const earned = countKept(terms, whole);
  if (earned === 0) {
    const { active: balance } = await readPoints(tx, memberId, input.today);
    return { ok: true, earned: 0, availableOn: null, bonuses: [], balance };
  }
  const bonus = earned - countKept(plainTerms(terms), whole);
  const availableOn = findAvailable(policy, input.channel, purchasedOn);
  const isPending = availableOn > input.today;
  const data: EarnedData = { ...terms, earned, bonus, storeId, totalTwd, policyVersion: policy.version };
  const crediting = creditPoints(
    tx,
    {
      idemKey: earnedKey(purchaseId),
      content: { memberId, earned },
      reason: 'purchase',
      source: { kind: 'purchase', id: String(purchaseId) },
      memberId,
      actor: input.actor,
      occurredAt: input.now,
      data,
    },
    'issued',
    [
      {
        amount: earned,
        availableOn: isPending ? availableOn : null,
        endsOn: findEnd(policy.ends, purchasedOn),
        purchaseId,
      },
    ],
  );
  const [{ isNew }, lineUserId] = await together(crediting, readLineUserOfBound(tx, memberId));
  const told = { ...input, lineUserId, purchasedOn, availableOn: isPending ? availableOn : null };
  const [{ active: balance }] = await together(
    readPoints(tx, memberId, input.today),
    isNew && noticeEarnedPoints(tx, told),
  );
  return { ok: true, earned, availableOn, bonuses: bonus > 0 ? listBonuses(terms) : [], balance };
}
