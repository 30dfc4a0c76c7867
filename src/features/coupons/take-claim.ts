import { sql, type Tx } from '#foundation/db.ts';
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
    /** The number of the member's last claim, where it was read already. */
    held?: number;
    now: Date;
    endsOn: string;
    /** What the member pays for it; null = nothing. */
    pointsPaid?: number | null;
  },
): Promise<TakenClaim | Refused<'sold_out' | 'already_claimed'>> {
  const most = Math.min(input.perMember, input.wantedSeq ?? input.perMember);
  for (let held = input.held ?? (await readLastSeq(tx, input)); held < most; ) {
    const seq = held + 1;
    const taken = await sql<{ claimId: number | null }>`
      with counted as (
        update coupons set claimed_count = claimed_count + 1
        where id = ${input.couponId} and (quota is null or claimed_count < quota)
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
      await sql`update coupons set claimed_count = claimed_count - 1 where id = ${input.couponId}`.execute(
        tx,
      );
    // What was read before waiting for the coupon is old by now: another tap took this number, or the last one.
    const last = await readLastSeq(tx, input);
    if (!row) return refuse(last >= most ? 'already_claimed' : 'sold_out');
    // The number is free and its key is not: given before under the same key.
    if (last === held) return refuse('already_claimed');
    held = last;
  }
  return refuse('already_claimed');
}

/** How many claims of a coupon a member has ever had: the number of the last one. */
export async function readLastSeq(tx: Tx, of: { couponId: number; memberId: number }): Promise<number> {
  const last = await sql<{ seq: number }>`select ${lastSeqOf(of)} as seq`.execute(tx);
  return last.rows[0]?.seq ?? 0;
}

/** The same, to be read along with something else. */
export const lastSeqOf = (of: { couponId: number; memberId: number }) => sql<number>`
  (select coalesce(max(seq), 0) from coupon_claims where coupon_id = ${of.couponId} and member_id = ${of.memberId})`;
