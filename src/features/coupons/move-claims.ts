import { sql, type Tx } from '#foundation/db.ts';

/**
 * Two persons are one: what one held goes to the other, numbered on behind it. Both keep what they had claimed,
 * even where that is more than one person could claim.
 */
export async function moveClaims(tx: Tx, input: { fromId: number; intoId: number }): Promise<void> {
  await sql`
    select id from coupon_claims where member_id in (${input.fromId}, ${input.intoId}) order by id for update`.execute(
    tx,
  );
  await sql`
    update coupon_claims claim set member_id = ${input.intoId}, seq = moved.seq
    from (
      select c.id,
             row_number() over (partition by c.coupon_id order by c.seq) + coalesce(
               (select max(kept.seq) from coupon_claims kept
                where kept.coupon_id = c.coupon_id and kept.member_id = ${input.intoId}), 0) as seq
      from coupon_claims c where c.member_id = ${input.fromId}
    ) moved
    where claim.id = moved.id`.execute(tx);
  await sql`
    insert into coupon_once_keys (purpose, holder, given_at)
    select purpose, ${`member:${input.intoId}`}, given_at
    from coupon_once_keys where holder = ${`member:${input.fromId}`}
    on conflict do nothing`.execute(tx);
}
