import type { Selectable } from 'kysely';
import type { Actor } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { Fault } from '#foundation/errors.ts';
import { recordFact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readAudienceKeysOf } from '../audiences/audience-reads.ts';
import { lockSpendable } from '../points/exchange/lock-spendable.ts';
import { payForClaim } from '../points/exchange/pay-for-claim.ts';
import { endOfClaim, fillText } from './coupon-rules.ts';
import { couponClaimed } from './coupons-facts.ts';
import type { CouponsTable } from './tables.ts';
import {
  type ClaimsBefore,
  claimsBeforeOf,
  isLimitReached,
  isTaken,
  readClaimsBefore,
  takeClaim,
} from './take-claim.ts';

type Titled = { title: Record<Locale, string> };

/** The member has as many as one may have (`isLimit`), or what this button stands for. `next`: one more is to be had. */
type TakenBefore = {
  perMember: number;
  isLimit: boolean;
  next: { couponId: number; seq: number; isExchange: boolean } | null;
};

export type ClaimCouponOutcome =
  | ({ ok: true; claimId: number; couponKey: string; endsOn: string; pointsPaid: number | null } & Titled)
  | Refused<'unknown_coupon'>
  | Refused<'sold_out', Titled>
  | Refused<'already_claimed', Titled & TakenBefore>
  | Refused<'not_yet', Titled & { from: Date }>
  /** `lastMoment`: when it could last be claimed; null = its own days are over. */
  | Refused<'claim_ended', Titled & { lastMoment: Date | null; validUntil: string | null }>
  | Refused<'other_tier', Titled & { tierKeys: string[] }>
  | Refused<'other_audience', Titled>
  | Refused<'spending_held', Titled>
  | Refused<'spending_locked', Titled>
  | Refused<'too_few_points', Titled & { pointsPrice: number; missing: number }>
  /** It costs points, and the member has not agreed to this price. `pointsLeft`: what would remain. */
  | Refused<
      'price_to_agree',
      Titled & { couponId: number; seq: number; pointsPrice: number; pointsLeft: number }
    >;

/**
 * A member takes a coupon that anyone may claim, where it costs points in exchange for them. A member whose spending
 * is held may claim what is free, only not use it.
 * @param input.wantedSeq the how-manyth claim the tapped button stands for: ten taps on it claim once
 * @param input.tierKey the member's tier now
 * @param input.today the business day in the brand's zone
 * @param input.agreed the price in points that the member was told and agreed to, and whether they may spend at all
 * (members' `checkSpending`)
 */
export async function claimCoupon(
  tx: Tx,
  input: {
    couponId: number;
    memberId: number;
    wantedSeq: number | null;
    tierKey: string;
    now: Date;
    today: string;
    agreed?: { points: number | null; spending: 'free' | 'held' | 'locked' };
    actor: Actor;
    source: string;
  },
): Promise<ClaimCouponOutcome> {
  const coupon = await tx
    .selectFrom('coupons')
    .selectAll()
    .select(claimsBeforeOf(input).as('before'))
    .where('id', '=', input.couponId)
    .where('is_claimable', '=', true)
    .executeTakeFirst();
  if (!coupon) return refuse('unknown_coupon');
  const title = fillText(coupon.title);
  const { before, per_member: perMember, points_price: pointsPrice } = coupon;
  const { memberId, wantedSeq, now } = input;
  const refuseTaken = (had: ClaimsBefore, hasMore: boolean) => {
    const isLimit = isLimitReached(had, perMember);
    const next = { couponId: coupon.id, seq: had.lastSeq + 1, isExchange: pointsPrice !== null };
    return refuse('already_claimed', { title, perMember, isLimit, next: hasMore && !isLimit ? next : null });
  };
  const endsOn = endOfClaim({ validDays: coupon.valid_days, validUntil: coupon.valid_until }, input.today);
  const closed = await checkOffer(tx, { ...input, coupon, title, endsOn });
  if (isTaken(before, { perMember, wantedSeq })) return refuseTaken(before, closed === null);
  if (closed) return closed;
  if (endsOn === null) throw new Fault('coupon_without_end', 'A coupon that can be claimed has no last day');
  const readBefore = () => readClaimsBefore(tx, { couponId: coupon.id, memberId });
  if (pointsPrice !== null) {
    const unpaid = await checkPrice(tx, { ...input, title, pointsPrice, seq: before.lastSeq + 1 });
    // The same button tapped twice: the second tap waited for the points, and has its coupon already.
    if (unpaid) {
      const had = await readBefore();
      return isTaken(had, { perMember, wantedSeq }) ? refuseTaken(had, true) : unpaid;
    }
  }
  const claim = await takeClaim(tx, {
    couponId: coupon.id,
    memberId,
    issueKey: (seq) => `claim:${coupon.key}:${memberId}:${seq}`,
    wantedSeq,
    perMember,
    // A price may have let this one wait for the points: then the number is read anew.
    ...(pointsPrice === null && { before }),
    now,
    endsOn,
    pointsPaid: pointsPrice,
  });
  if (!claim.ok) {
    return claim.reason === 'sold_out'
      ? refuse('sold_out', { title })
      : refuseTaken(await readBefore(), true);
  }
  if (pointsPrice !== null) {
    const { today, actor } = input;
    const paid = await payForClaim(tx, {
      memberId,
      claimId: claim.claimId,
      points: pointsPrice,
      today,
      now,
      actor,
    });
    if (!paid.ok) throw new Fault('points_unlocked', 'Points that were locked for an exchange are gone');
  }
  await recordFact(tx, couponClaimed, {
    memberId: input.memberId,
    occurredAt: input.now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(claim.claimId),
    data: { claimId: claim.claimId, couponId: coupon.id, couponKey: coupon.key, seq: claim.seq, endsOn },
  });
  return {
    ok: true,
    claimId: claim.claimId,
    couponKey: coupon.key,
    endsOn,
    title,
    pointsPaid: pointsPrice,
  };
}

/** Why nobody like this member can claim it now, or null. @param of.endsOn the last day of what is claimed today */
async function checkOffer(
  tx: Tx,
  of: Titled & {
    coupon: Selectable<CouponsTable>;
    endsOn: string | null;
    memberId: number;
    tierKey: string;
    now: Date;
  },
): Promise<Extract<ClaimCouponOutcome, { ok: false }> | null> {
  const { coupon, title, now } = of;
  if (coupon.claim_from && now < coupon.claim_from)
    return refuse('not_yet', { title, from: coupon.claim_from });
  const closedAt = earlier(coupon.claim_until, coupon.withdrawn_at);
  const isClosed = closedAt !== null && now >= closedAt;
  if (of.endsOn === null || isClosed) {
    const lastMoment = isClosed ? addMs(closedAt, -1) : null;
    return refuse('claim_ended', { title, lastMoment, validUntil: coupon.valid_until });
  }
  if (coupon.tier_keys && !coupon.tier_keys.includes(of.tierKey))
    return refuse('other_tier', { title, tierKeys: coupon.tier_keys });
  const audienceKeys = coupon.audience_keys;
  if (audienceKeys) {
    const own = await readAudienceKeysOf(tx, of.memberId);
    if (!own.some((key) => audienceKeys.includes(key))) return refuse('other_audience', { title });
  }
  // Claims are never given back: what was gone when this was read is gone.
  const isGone = coupon.quota !== null && coupon.claimed_count >= coupon.quota;
  return isGone ? refuse('sold_out', { title }) : null;
}

/** Why the price cannot be paid now, or null: then the points stay locked until they are spent. */
async function checkPrice(
  tx: Tx,
  of: Titled & {
    couponId: number;
    memberId: number;
    seq: number;
    pointsPrice: number;
    today: string;
    agreed?: { points: number | null; spending: 'free' | 'held' | 'locked' };
  },
): Promise<Extract<ClaimCouponOutcome, { ok: false }> | null> {
  const { couponId, seq, title, pointsPrice, agreed } = of;
  if (agreed?.spending === 'held') return refuse('spending_held', { title });
  if (agreed?.spending === 'locked') return refuse('spending_locked', { title });
  // The member's accounts before the coupon's row, which everybody wants and which is held the shortest.
  const held = await lockSpendable(tx, of);
  if (held < pointsPrice)
    return refuse('too_few_points', { title, pointsPrice, missing: pointsPrice - held });
  if (agreed?.points === pointsPrice) return null;
  return refuse('price_to_agree', { title, couponId, seq, pointsPrice, pointsLeft: held - pointsPrice });
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
