import '../tables.ts';
import { sql, type Tx } from '#foundation/db.ts';

/**
 * Two persons are one: the titles of one go to the other. Of a title that both have, one stays, rather with its gift;
 * what both were given for it they keep.
 */
export async function moveMilestones(tx: Tx, input: { fromId: number; intoId: number }): Promise<void> {
  const { fromId, intoId } = input;
  await sql`
    delete from referral_milestones
    where id in (
      select (array_agg(id order by claim_id is null, reached_at, id))[2] from referral_milestones
      where member_id in (${fromId}, ${intoId}) group by friends having count(*) = 2)`.execute(tx);
  await sql`update referral_milestones set member_id = ${intoId} where member_id = ${fromId}`.execute(tx);
}
