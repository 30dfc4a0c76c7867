import '../tables.ts';
import { dateInZone, instantInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import type { Transact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import type { SlotRun } from '#foundation/schedule-runner.ts';
import { firstTier, type RankedPolicy, type Tier, tiersPolicy } from '../tier-rules.ts';
import { readTiersVersion } from '../tier-state-reads.ts';
import { moveRankedTier } from './move-ranked-tier.ts';
import { rankingDayOf } from './ranking-rules.ts';
import { type Ranking, takeRanking } from './take-ranking.ts';

const perBatch = 500;

/**
 * The month's ranking, where tiers go by rank or score: everybody is ranked as of the first of the month by the rules
 * in force then, and tiers are moved, each in its own transaction. Asked every day, it does so on the first day on
 * which it can; asked again it moves who is still to be moved, and then nobody.
 * @returns how many tiers it looked at, or null where there is nothing to rank
 */
export async function rankMembers(
  door: { db: Db; transact: Transact },
  at: Pick<SlotRun, 'now' | 'zone'>,
): Promise<number | null> {
  const rankedOn = rankingDayOf(dateInZone(at.now, at.zone));
  const policy = await readPolicy(door.db, tiersPolicy, instantInZone(rankedOn, '00:30', at.zone));
  const present = await readPolicy(door.db, tiersPolicy, at.now);
  if (policy.mode === 'threshold' || present.mode === 'threshold') return null;
  const ranking = await door.transact((tx) => takeRanking(tx, { policy, rankedOn, ...at }));
  if (ranking.isApplied) return 0;
  const rules = await readTiersVersion(door.db, ranking.policyVersion);
  if (rules.mode === 'threshold') return null;
  return applyRanking(door, ranking, rules, at.now);
}

async function applyRanking(
  { db, transact }: { db: Db; transact: Transact },
  ranking: Ranking,
  policy: RankedPolicy,
  now: Date,
): Promise<number> {
  let looked = 0;
  for (let after = 0; ; ) {
    const members = await readMovable(db, { ranking, policy, after });
    for (const memberId of members) {
      await transact((tx) => moveRankedTier(tx, { memberId, ranking, policy, now }));
      after = memberId;
    }
    looked += members.length;
    if (members.length < perBatch) break;
  }
  await sql`update tier_rankings set applied_at = ${now} where id = ${ranking.id}`.execute(db);
  return looked;
}

/** Whose place reaches another tier than the one held, and whoever was below theirs. */
async function readMovable(
  db: Db,
  of: { ranking: Ranking; policy: RankedPolicy; after: number },
): Promise<number[]> {
  const found = await sql<{ memberId: number }>`
    select p.member_id as "memberId"
    from tier_places p left join tier_memberships t on t.member_id = p.member_id and t.until is null
    where p.ranking_id = ${of.ranking.id} and p.member_id > ${of.after}
      and (p.tier_key <> coalesce(t.tier_key, ${firstTier<Tier>(of.policy).key}) or t.below_since is not null)
    order by p.member_id limit ${perBatch}`.execute(db);
  return found.rows.map((row) => row.memberId);
}
