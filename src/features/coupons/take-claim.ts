import { type Db, sql, type Tx } from '#foundation/db.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';

export type TakenClaim = { ok: true; claimId: number; seq: number };

/**
 * Counts one more claim of a coupon and puts it into the member's hand, in one statement, because the coupon's row is
 * what everybody waits for. The guarded counter holds the quota; of two claims that take the same number of the
 * member the constraint lets one through, and the other looks again.
 * @param input.wantedSeq the member's how-manyth claim this is to be; when it was taken before: already_claimed
 */
export async function takeClaim(
  tx: Tx,
  input: {
    couponId: number;
    memberId: number;
    /** From the number of the claim: the key that is unique for ever. */
    issueKey: (seq: number) => string;
    wantedSeq: number | null;
    perMember: number;
    /** What the member has had of it, where it was read already. */
    before?: ClaimsBefore;
    now: Date;
    endsOn: string;
    /** What the member pays for it; null = nothing. */
    pointsPaid?: number | null;
  },
): Promise<TakenClaim | Refused<'sold_out' | 'already_claimed'>> {
  const { couponId } = input;
  const readBefore = () => readClaimsBefore(tx, { couponId, memberId: input.memberId });
  for (let before = input.before ?? (await readBefore()); !isTaken(before, input); ) {
    const seq = before.lastSeq + 1;
    const taken = await sql<{ claimId: number | null }>`
      with counted as (
        update coupons set claimed_count = claimed_count + 1
        where id = ${couponId} and (quota is null or claimed_count < quota)
        returning id
      ), claimed as (
        insert into coupon_claims (coupon_id, member_id, seq, issue_key, claimed_at, ends_on, points_paid)
        select id, ${input.memberId}, ${seq}, ${input.issueKey(seq)}, ${input.now}, ${input.endsOn},
               ${input.pointsPaid ?? null}
        from counted
        on conflict do nothing
        returning id
      )
      select claimed.id as "claimId" from counted left join claimed on true`.execute(tx);
    const [row] = taken.rows;
    if (row?.claimId) return { ok: true, claimId: row.claimId, seq };
    if (row)
      await sql`update coupons set claimed_count = claimed_count - 1 where id = ${couponId}`.execute(tx);
    // What was read before waiting for the coupon is old by now: another tap took this number, or the last one.
    const now = await readBefore();
    if (!row) return refuse(isTaken(now, input) ? 'already_claimed' : 'sold_out');
    // The number is free and its key is not: given before under the same key.
    if (now.lastSeq === before.lastSeq) return refuse('already_claimed');
    before = now;
  }
  return refuse('already_claimed');
}

/**
 * What a member has had of a coupon: the number of the last claim, for they are counted without a gap, and how many of
 * them the shop made void, which do not count against the number per member. Both only grow, so what was read a
 * moment ago lets nobody claim too much.
 */
export type ClaimsBefore = { lastSeq: number; voids: number };

/** Whether the member has as many as one may have. */
export const isLimitReached = (before: ClaimsBefore, perMember: number): boolean =>
  before.lastSeq - before.voids >= perMember;

/** Whether this claim cannot be: the member has all there are for one person, or this very one. */
export const isTaken = (before: ClaimsBefore, of: { perMember: number; wantedSeq: number | null }): boolean =>
  isLimitReached(before, of.perMember) || (of.wantedSeq !== null && before.lastSeq >= of.wantedSeq);

/** The same of one member, to be read along with something else. */
export const claimsBeforeOf = (of: { couponId: number; memberId: number }) => sql<ClaimsBefore>`
  (select jsonb_build_object('lastSeq', coalesce(max(seq), 0), 'voids', count(*) filter (where state = 'void'))
   from coupon_claims had where had.coupon_id = ${of.couponId} and had.member_id = ${of.memberId})`;

export const nothingBefore: ClaimsBefore = { lastSeq: 0, voids: 0 };

export const readClaimsBefore: (db: Db, of: { couponId: number; memberId: number }) => Promise<ClaimsBefore> =
  gatherReads(async (db, asked: readonly { couponId: number; memberId: number }[]) => {
    const found = await sql<ClaimsBefore & { nth: number }>`
      select asked.nth, had."lastSeq", had.voids
      from unnest((select ${asked.map(({ couponId }) => couponId)}::bigint[]),
                  (select ${asked.map(({ memberId }) => memberId)}::bigint[])) with ordinality
        as asked(coupon_id, member_id, nth)
      cross join lateral (
        select coalesce(max(seq), 0) as "lastSeq", count(*) filter (where state = 'void') as voids
        from coupon_claims had
        where had.coupon_id = asked.coupon_id and had.member_id = asked.member_id) had`.execute(db);
    const had = new Map(found.rows.map(({ nth, lastSeq, voids }) => [nth, { lastSeq, voids }]));
    return asked.map((_, at) => had.get(at + 1) ?? nothingBefore);
  });
