import type { Actor } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { endOfClaim, fillText } from './coupon-rules.ts';
import { couponClaimed } from './coupons-facts.ts';
import { readLastSeq, takeClaim } from './take-claim.ts';

type Titled = { title: Record<Locale, string> };

export type ClaimCouponOutcome =
  | ({ ok: true; claimId: number; couponKey: string; endsOn: string } & Titled)
  | Refused<'unknown_coupon'>
  | Refused<'sold_out', Titled>
  | Refused<'already_claimed', Titled & { perMember: number }>
  | Refused<'not_yet', Titled & { from: Date }>
  /** `lastMoment`: when it could last be claimed; null = its own days are over. */
  | Refused<'claim_ended', Titled & { lastMoment: Date | null; validUntil: string | null }>
  | Refused<'other_tier', Titled & { tierKeys: string[] }>;

/**
 * A member takes a coupon that anyone may claim. A member whose spending is held may claim, only not use.
 * @param input.wantedSeq the how-manyth claim the tapped button stands for: ten taps on it claim once
 * @param input.tierKey the member's tier now
 * @param input.today the business day in the brand's zone
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
    actor: Actor;
    source: string;
  },
): Promise<ClaimCouponOutcome> {
  const coupon = await tx
    .selectFrom('coupons')
    .selectAll()
    .where('id', '=', input.couponId)
    .where('is_claimable', '=', true)
    .executeTakeFirst();
  if (!coupon) return refuse('unknown_coupon');
  const title = fillText(coupon.title);
  const taken = { title, perMember: coupon.per_member };
  const held = await readLastSeq(tx, { couponId: coupon.id, memberId: input.memberId });
  if (held >= Math.min(coupon.per_member, input.wantedSeq ?? coupon.per_member)) {
    return refuse('already_claimed', taken);
  }
  if (coupon.claim_from && input.now < coupon.claim_from) {
    return refuse('not_yet', { title, from: coupon.claim_from });
  }
  const closedAt = earlier(coupon.claim_until, coupon.withdrawn_at);
  const endsOn = endOfClaim({ validDays: coupon.valid_days, validUntil: coupon.valid_until }, input.today);
  if (endsOn === null || (closedAt && input.now >= closedAt)) {
    const lastMoment = closedAt && input.now >= closedAt ? addMs(closedAt, -1) : null;
    return refuse('claim_ended', { title, lastMoment, validUntil: coupon.valid_until });
  }
  if (coupon.tier_keys && !coupon.tier_keys.includes(input.tierKey)) {
    return refuse('other_tier', { title, tierKeys: coupon.tier_keys });
  }
  const claim = await takeClaim(tx, {
    couponId: coupon.id,
    memberId: input.memberId,
    issueKey: (seq) => `claim:${coupon.key}:${input.memberId}:${seq}`,
    wantedSeq: input.wantedSeq,
    perMember: coupon.per_member,
    now: input.now,
    endsOn,
  });
  if (!claim.ok) {
    return claim.reason === 'sold_out' ? refuse('sold_out', { title }) : refuse('already_claimed', taken);
  }
  await recordFact(tx, couponClaimed, {
    memberId: input.memberId,
    occurredAt: input.now,
    actor: input.actor,
    source: input.source,
    dedupeKey: String(claim.claimId),
    data: { claimId: claim.claimId, couponId: coupon.id, couponKey: coupon.key, seq: claim.seq, endsOn },
  });
  return { ok: true, claimId: claim.claimId, couponKey: coupon.key, endsOn, title };
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
