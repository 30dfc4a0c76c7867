import type { Actor } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { endOfClaim, fillText } from './coupon-rules.ts';
import { couponIssued } from './coupons-facts.ts';
import { takeClaim } from './take-claim.ts';

export type IssueCouponOutcome =
  | {
      ok: true;
      claimId: number;
      couponKey: string;
      title: Record<Locale, string>;
      endsOn: string;
      /** false: this key had been given before, and it is that very claim */
      isNew: boolean;
    }
  | Refused<'unknown_coupon' | 'ended' | 'sold_out' | 'already_claimed'>;

/**
 * Gives a coupon on behalf of a rule or a flow, once for ever per `issueKey`. It need not be claimable; its quota
 * and the number per member hold all the same.
 * @param input.today the business day in the brand's zone, from which the coupon's days are counted
 */
export async function issueCoupon(
  tx: Tx,
  input: {
    couponKey: string;
    memberId: number;
    issueKey: string;
    now: Date;
    today: string;
    actor: Actor;
    source: string;
    isHistory?: boolean;
  },
): Promise<IssueCouponOutcome> {
  const before = await readIssued(tx, input.issueKey);
  if (before) return before;
  const coupon = await tx
    .selectFrom('coupons')
    .select(['id', 'title', 'valid_days', 'valid_until', 'per_member'])
    .where('key', '=', input.couponKey)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  if (!coupon) return refuse('unknown_coupon');
  const endsOn = endOfClaim({ validDays: coupon.valid_days, validUntil: coupon.valid_until }, input.today);
  if (endsOn === null) return refuse('ended');
  const taken = await takeClaim(tx, {
    couponId: coupon.id,
    memberId: input.memberId,
    issueKey: () => input.issueKey,
    wantedSeq: null,
    perMember: coupon.per_member,
    now: input.now,
    endsOn,
  });
  // Someone else may have given it under the same key while this one waited for the coupon.
  if (!taken.ok) return (await readIssued(tx, input.issueKey)) ?? taken;
  await recordFact(tx, couponIssued, {
    memberId: input.memberId,
    occurredAt: input.now,
    actor: input.actor,
    source: input.source,
    isHistory: input.isHistory ?? false,
    dedupeKey: String(taken.claimId),
    data: {
      claimId: taken.claimId,
      couponId: coupon.id,
      couponKey: input.couponKey,
      seq: taken.seq,
      endsOn,
      issueKey: input.issueKey,
    },
  });
  return {
    ok: true,
    claimId: taken.claimId,
    couponKey: input.couponKey,
    title: fillText(coupon.title),
    endsOn,
    isNew: true,
  };
}

async function readIssued(tx: Tx, issueKey: string): Promise<(IssueCouponOutcome & { ok: true }) | null> {
  const claim = await tx
    .selectFrom('coupon_claims as claim')
    .innerJoin('coupons as coupon', 'coupon.id', 'claim.coupon_id')
    .select(['claim.id', 'coupon.key', 'coupon.title', 'claim.ends_on'])
    .where('claim.issue_key', '=', issueKey)
    .executeTakeFirst();
  if (!claim) return null;
  return {
    ok: true,
    claimId: claim.id,
    couponKey: claim.key,
    title: fillText(claim.title),
    endsOn: claim.ends_on,
    isNew: false,
  };
}
