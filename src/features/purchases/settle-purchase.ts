import { redeemCode } from '#features/coupons/codes/redeem-code.ts';
import {
  type RedeemClaimOutcome,
  type RedeemingReceipt,
  redeemClaim,
} from '#features/coupons/redeem-claim.ts';
import type { Person } from '#features/members/person-reads.ts';
import { checkSpending } from '#features/members/spending-rules.ts';
import type { EarnBonus } from '#features/points/earning/earning-rules.ts';
import { payWithPoints } from '#features/points/pay-with-points.ts';
import { pointsPolicy } from '#features/points/points-rules.ts';
import { settlePurchasePoints } from '#features/points/settle-purchase-points.ts';
import type { Store } from '#features/stores/store-reads.ts';
import type { Actor } from '#foundation/audit.ts';
import { wireClock } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { type CouponCodeRefusal, findShownCoupons } from './find-shown-coupons.ts';
import { lineAmount, type Receipt } from './purchase-rules.ts';

type RedeemRefusal = Extract<RedeemClaimOutcome, { ok: false }>['reason'];
export type SettleRefusal =
  | Refused<'spending_held' | 'spending_locked' | 'points_above_total'>
  | Refused<'too_few_points', { held: number }>
  | Refused<'claim_refused', { index: number; why: RedeemRefusal }>
  | CouponCodeRefusal;
export type SettlePurchaseOutcome =
  | { ok: true; earned: number; availableOn: string | null; bonuses: EarnBonus[]; balance: number }
  | SettleRefusal;

/**
 * What the buyer's tier earns at an instant, in percent of the base rate. Tiers stand after purchases, so whoever puts
 * the house together brings it.
 */
export type EarnPercentOf = (tx: Tx, of: { memberId: number; at: Date }) => Promise<number>;

/** What a recorded receipt is settled with. */
type Settling = {
  store: Store;
  person: Person;
  purchaseId: number;
  purchasedOn: string;
  today: string;
  now: Date;
  actor: Actor;
  source: string;
  /** What the buyer's tier earns, in percent of the base rate. */
  tierPercent: number;
};

/** Coupons, then points paid, then points earned: locks are taken in this order everywhere. */
export async function settlePurchase(
  tx: Tx,
  secrets: Secrets,
  receipt: Receipt,
  of: Settling,
): Promise<SettlePurchaseOutcome> {
  const { store, purchaseId, purchasedOn, today, now, actor } = of;
  const { memberId } = of.person;
  const spending = checkSpending(of.person, now);
  const redeeming: RedeemingReceipt = {
    store: { id: store.storeId, code: store.code },
    channel: receipt.channel,
    receiptNo: receipt.receiptNo,
    receiptOn: purchasedOn,
    at: receipt.purchasedAt,
    purchaseId,
    basket: receipt.lines.map((line) => ({
      category: line.category,
      priceTwd: line.quantity * line.unitPriceTwd,
    })),
  };
  const by = { receipt: redeeming, spending, now, actor, source: of.source };
  const coded = await findShownCoupons(tx, secrets, receipt, { memberId, receipt: redeeming });
  if (!coded.ok) return coded;
  const wanted = [
    ...receipt.claimIds.map((claimId, index) => ({ claimId, index, found: null })),
    ...coded.shown.map(({ found, index }) => ({ claimId: found.claimId, index, found })),
  ].sort((a, b) => a.claimId - b.claimId);
  for (const { claimId, index, found } of wanted) {
    if (found) {
      const redeemed = await redeemCode(tx, { found, wireNow: wireClock.now(), ...by });
      if (!redeemed.ok) return refuse('code_refused', { index, why: redeemed.reason });
      continue;
    }
    const redeemed = await redeemClaim(tx, { claimId, memberId, ...by });
    if (!redeemed.ok) return refuse('claim_refused', { index, why: redeemed.reason });
  }
  if (receipt.pointsPaid > 0) {
    if (spending !== 'free') return refuse(spending === 'held' ? 'spending_held' : 'spending_locked');
    const { pointValueTwd } = await readPolicy(tx, pointsPolicy, receipt.purchasedAt);
    if (receipt.pointsPaid * pointValueTwd > receipt.totalTwd) return refuse('points_above_total');
    const paid = await payWithPoints(tx, {
      memberId,
      purchaseId,
      storeId: store.storeId,
      points: receipt.pointsPaid,
      // A receipt of the points' last day that arrives after midnight is good while they are still held.
      today: earlierDay(purchasedOn, today),
      now,
      actor,
    });
    if (!paid.ok) return paid;
  }
  return settlePurchasePoints(tx, {
    purchaseId,
    memberId,
    storeId: store.storeId,
    storeCode: store.code,
    storeName: store.name,
    channel: receipt.channel,
    purchasedAt: receipt.purchasedAt,
    tierPercent: of.tierPercent,
    lines: receipt.lines.map((line) => ({ category: line.category, amountTwd: lineAmount(line) })),
    totalTwd: receipt.totalTwd,
    pointsPaid: receipt.pointsPaid,
    now,
    today,
    actor,
  });
}

const earlierDay = (a: string, b: string): string => [a, b].sort()[0] as string;
