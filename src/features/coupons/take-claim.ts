import { sql, type Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';

export type TakenClaim = { ok: true; claimId: number; seq: number };

/**
 * Counts one more claim of a coupon and puts it into the member's hand. The guarded counter holds the quota and
 * its row lock lets the claims of one coupon pass one by one, so that the next number of the member is read
 * rightly; the constraints stand behind both.
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
    now: Date;
    endsOn: string;
    /** What the member pays for it; null = nothing. */
    pointsPaid?: number | null;
  },
): Promise<TakenClaim | Refused<'sold_out' | 'already_claimed'>> {
  const most = Math.min(input.perMember, input.wantedSeq ?? input.perMember);
  // Most repeated taps end here, without touching the row that everybody wants.
  if ((await readLastSeq(tx, input)) >= most) return refuse('already_claimed');
  const counted = await sql`
    update coupons set claimed_count = claimed_count + 1
    where id = ${input.couponId} and (quota is null or claimed_count < quota)
    returning id`.execute(tx);
  if (counted.rows.length === 0) {
    return refuse((await readLastSeq(tx, input)) >= most ? 'already_claimed' : 'sold_out');
  }
  const seq = (await readLastSeq(tx, input)) + 1;
  const taken =
    seq > most
      ? null
      : await tx
          .insertInto('coupon_claims')
          .values({
            coupon_id: input.couponId,
            member_id: input.memberId,
            seq,
            issue_key: input.issueKey(seq),
            claimed_at: input.now,
            ends_on: input.endsOn,
            points_paid: input.pointsPaid ?? null,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst();
  if (taken) return { ok: true, claimId: taken.id, seq };
  await sql`update coupons set claimed_count = claimed_count - 1 where id = ${input.couponId}`.execute(tx);
  return refuse('already_claimed');
}

/** How many claims of a coupon a member has ever had: the number of the last one. */
export async function readLastSeq(tx: Tx, of: { couponId: number; memberId: number }): Promise<number> {
  const last = await tx
    .selectFrom('coupon_claims')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('coupon_id', '=', of.couponId)
    .where('member_id', '=', of.memberId)
    .executeTakeFirst();
  return last?.seq ?? 0;
}
