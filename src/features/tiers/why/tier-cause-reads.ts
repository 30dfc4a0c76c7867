import { type Db, sql } from '#foundation/db.ts';
import type { TierReason } from '../tables.ts';
import { tiersPolicy } from '../tier-rules.ts';

/** How the living tier came about. */
export type TierCause = {
  reason: TierReason;
  since: Date;
  /** What was counted in that moment, by the rules of that moment; null where the timeline tells nothing. */
  counted: CountedThen | null;
};

/** By rank: the place, and of how many of a hundred the tier is. By score: the score, and what the tier asks for. */
export type CountedThen =
  | { by: 'spend'; netTwd: number; months: number; thresholdTwd: number }
  | { by: 'rank'; netTwd: number; days: number; place: number; topPercent: number }
  | { by: 'score'; score: number; minScore: number };

type Row = {
  tierKey: string;
  reason: TierReason;
  since: Date;
  told: { netTwd: number; place?: number; topPercent?: number; score?: number } | null;
  rules: unknown;
};

/** Null while a member has never left the first tier. */
export async function readTierCause(db: Db, memberId: number): Promise<TierCause | null> {
  const found = await sql<Row>`
    select t.tier_key as "tierKey", t.reason, t.since, f.data as told, b.data as rules
    from tier_memberships t
    left join facts f on f.dedupe_key = 'tier.changed:' || t.id
    left join brand_policies b on b.section = 'tiers' and b.version = (f.data ->> 'policyVersion')::int
    where t.member_id = ${memberId} and t.until is null`.execute(db);
  const row = found.rows[0];
  return row ? { reason: row.reason, since: row.since, counted: readCounted(row) } : null;
}

function readCounted({ tierKey, told, rules }: Row): CountedThen | null {
  if (told === null || rules === null) return null;
  const policy = tiersPolicy.schema.parse(rules);
  if (policy.mode === 'threshold') {
    const thresholdTwd = policy.tiers.find((tier) => tier.key === tierKey)?.thresholdTwd ?? 0;
    return { by: 'spend', netTwd: told.netTwd, months: policy.windowMonths, thresholdTwd };
  }
  if (policy.mode === 'percentile') {
    const { place, topPercent = 100, netTwd } = told;
    return place === undefined ? null : { by: 'rank', netTwd, days: policy.windowDays, place, topPercent };
  }
  if (told.score === undefined) return null;
  const minScore = policy.tiers.find((tier) => tier.key === tierKey)?.minScore ?? 0;
  return { by: 'score', score: told.score, minScore };
}
