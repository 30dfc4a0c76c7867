import './tables.ts';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { type Tier, tierByKey, tiersPolicy } from './tier-rules.ts';

/**
 * What a member's tier earns, in percent of the base rate: the tier held at `at`, by the rules in force then. Who held
 * none then, as before joining, earns as the first tier does.
 */
export async function readEarnPercent(db: Db, of: { memberId: number; at: Date }): Promise<number> {
  const policy = await readPolicy(db, tiersPolicy, of.at);
  const held = await db
    .selectFrom('tier_memberships')
    .select('tier_key')
    .where('member_id', '=', of.memberId)
    .where('since', '<=', of.at)
    .where((is) => is.or([is('until', 'is', null), is('until', '>', of.at)]))
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return tierByKey<Tier>(policy, held?.tier_key ?? null).earnPercent;
}
