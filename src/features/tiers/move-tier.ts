import { sql, type Tx } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { rankOf, tiersPolicy } from './tier-rules.ts';

/** Two persons became one: the better of the two tiers stays, and the place of the one who is left. */
export async function moveTier(tx: Tx, input: { fromId: number; intoId: number; now: Date }): Promise<void> {
  await sql`
    update tier_places p set member_id = ${input.intoId} where member_id = ${input.fromId}
      and not exists (select 1 from tier_places where member_id = ${input.intoId})`.execute(tx);
  await sql`delete from tier_places where member_id = ${input.fromId}`.execute(tx);
  const policy = await readPolicy(tx, tiersPolicy, input.now);
  const held = await tx
    .selectFrom('tier_memberships')
    .select(['id', 'member_id', 'tier_key'])
    .where('member_id', 'in', [input.fromId, input.intoId])
    .where('until', 'is', null)
    .forUpdate()
    .execute();
  const best = held.toSorted((a, b) => rankOf(policy, b.tier_key) - rankOf(policy, a.tier_key))[0];
  if (!best) return;
  const others = held.filter((each) => each.id !== best.id).map((each) => each.id);
  if (others.length > 0)
    await tx.updateTable('tier_memberships').set({ until: input.now }).where('id', 'in', others).execute();
  await sql`update tier_memberships set member_id = ${input.intoId} where member_id = ${input.fromId}`.execute(
    tx,
  );
}
