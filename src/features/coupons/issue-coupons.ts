import type { Actor } from '#foundation/audit.ts';
import { sql, type Tx } from '#foundation/db.ts';
import { recordFact } from '#foundation/facts.ts';
import { endOfClaim } from './coupon-rules.ts';
import { couponIssued } from './coupons-facts.ts';
import { type ClaimsBefore, isLimitReached } from './take-claim.ts';

/** What became of one gift: the claim (new or given before under the same key), or why there is none. */
export type IssuedCoupon =
  | { ok: true; claimId: number; endsOn: string }
  | { ok: false; reason: 'unknown_coupon' | 'ended' | 'sold_out' | 'already_claimed' };

/**
 * Gives one coupon to many members, each once for ever per `issueKey`, in a handful of statements. The coupon's row
 * is locked, so quota and number per member hold as in `issueCoupon`; gifts are served in the order given.
 * @param input.gifts each member at most once
 * @returns by issueKey
 */
export async function issueCoupons(
  tx: Tx,
  input: {
    couponKey: string;
    gifts: readonly { memberId: number; issueKey: string }[];
    now: Date;
    today: string;
    actor: Actor;
    source: string;
    isHistory?: boolean;
  },
): Promise<Map<string, IssuedCoupon>> {
  const outcome = new Map<string, IssuedCoupon>();
  if (input.gifts.length === 0) return outcome;
  const coupon = await tx
    .selectFrom('coupons')
    .select(['id', 'valid_days', 'valid_until', 'per_member', 'quota', 'claimed_count'])
    .where('key', '=', input.couponKey)
    .where('withdrawn_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  const issued = await tx
    .selectFrom('coupon_claims')
    .select(['id', 'issue_key', 'ends_on'])
    .where(
      'issue_key',
      'in',
      input.gifts.map((gift) => gift.issueKey),
    )
    .execute();
  for (const claim of issued)
    outcome.set(claim.issue_key, { ok: true, claimId: claim.id, endsOn: claim.ends_on });
  const wanted = input.gifts.filter((gift) => !outcome.has(gift.issueKey));
  const endsOn = coupon
    ? endOfClaim({ validDays: coupon.valid_days, validUntil: coupon.valid_until }, input.today)
    : null;
  if (!coupon || endsOn === null) {
    const reason = coupon ? 'ended' : 'unknown_coupon';
    for (const gift of wanted) outcome.set(gift.issueKey, { ok: false, reason });
    return outcome;
  }

  const before = await readAllBefore(
    tx,
    coupon.id,
    wanted.map((gift) => gift.memberId),
  );
  let room = coupon.quota === null ? Number.POSITIVE_INFINITY : coupon.quota - coupon.claimed_count;
  const rows: { member_id: number; seq: number; issue_key: string }[] = [];
  for (const gift of wanted) {
    const had = before.get(gift.memberId) ?? { lastSeq: 0, voids: 0 };
    if (isLimitReached(had, coupon.per_member))
      outcome.set(gift.issueKey, { ok: false, reason: 'already_claimed' });
    else if (room <= 0) outcome.set(gift.issueKey, { ok: false, reason: 'sold_out' });
    else {
      room -= 1;
      rows.push({ member_id: gift.memberId, seq: had.lastSeq + 1, issue_key: gift.issueKey });
    }
  }
  if (rows.length === 0) return outcome;

  const claims = await sql<{ id: number; memberId: number; seq: number; issueKey: string }>`
    with given as (
      insert into coupon_claims (coupon_id, member_id, seq, issue_key, claimed_at, ends_on)
      select ${coupon.id}, r.member_id, r.seq, r.issue_key, ${input.now}, ${endsOn}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (member_id bigint, seq integer, issue_key text)
      returning id, member_id, seq, issue_key
    ), counted as (
      update coupons set claimed_count = claimed_count + (select count(*) from given) where id = ${coupon.id}
    )
    select id, member_id as "memberId", seq, issue_key as "issueKey" from given order by id`.execute(tx);
  for (const claim of claims.rows) {
    outcome.set(claim.issueKey, { ok: true, claimId: claim.id, endsOn });
    await recordFact(tx, couponIssued, {
      memberId: claim.memberId,
      occurredAt: input.now,
      actor: input.actor,
      source: input.source,
      isHistory: input.isHistory ?? false,
      dedupeKey: String(claim.id),
      data: {
        claimId: claim.id,
        couponId: coupon.id,
        couponKey: input.couponKey,
        seq: claim.seq,
        endsOn,
        issueKey: claim.issueKey,
      },
    });
  }
  return outcome;
}

async function readAllBefore(
  tx: Tx,
  couponId: number,
  memberIds: number[],
): Promise<Map<number, ClaimsBefore>> {
  if (memberIds.length === 0) return new Map();
  const found = await sql<ClaimsBefore & { memberId: number }>`
    select member_id as "memberId", max(seq) as "lastSeq", (count(*) filter (where state = 'void'))::integer as voids
    from coupon_claims
    where coupon_id = ${couponId} and member_id = any(${memberIds}) group by member_id`.execute(tx);
  return new Map(found.rows.map((row) => [row.memberId, row]));
}
