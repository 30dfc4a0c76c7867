import '../tables.ts';
import { sql, type Tx } from '#foundation/db.ts';

/**
 * Two persons are one: what they were suspected of as inviters and as friends follows. Of two open suspicions of one
 * sign one stays, with the friends of both.
 */
export async function moveSuspicions(tx: Tx, input: { fromId: number; intoId: number }): Promise<void> {
  const { fromId, intoId } = input;
  await sql`
    insert into referral_suspected_ties (suspicion_id, invitee_id)
    select kept.id, t.invitee_id
    from referral_suspicions gone
    join referral_suspicions kept on kept.inviter_id = ${intoId} and kept.sign = gone.sign and kept.state = 'open'
    join referral_suspected_ties t on t.suspicion_id = gone.id
    where gone.inviter_id = ${fromId} and gone.state = 'open'
    on conflict do nothing`.execute(tx);
  const doubled = await sql<{ id: number }>`
    select gone.id from referral_suspicions gone
    where gone.inviter_id = ${fromId} and gone.state = 'open' and exists (
      select 1 from referral_suspicions kept
      where kept.inviter_id = ${intoId} and kept.sign = gone.sign and kept.state = 'open')`.execute(tx);
  for (const { id } of doubled.rows) {
    await tx.deleteFrom('referral_suspected_ties').where('suspicion_id', '=', id).execute();
    await tx.deleteFrom('referral_suspicions').where('id', '=', id).execute();
  }
  await sql`update referral_suspicions set inviter_id = ${intoId} where inviter_id = ${fromId}`.execute(tx);
  await sql`
    insert into referral_suspected_ties (suspicion_id, invitee_id)
    select suspicion_id, ${intoId} from referral_suspected_ties where invitee_id = ${fromId}
    on conflict do nothing`.execute(tx);
  await tx.deleteFrom('referral_suspected_ties').where('invitee_id', '=', fromId).execute();
}
