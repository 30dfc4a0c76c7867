import { type Db, sql } from '#foundation/db.ts';
import type { TierReason } from '../tables.ts';
import { tiersPolicy } from '../tier-rules.ts';

/** How the living tier came about. */
export type TierCause = {
  reason: TierReason;
  since: Date;
  /** What was counted in that moment, by the rules of that moment; null where the timeline tells nothing. */
  counted: { netTwd: number; months: number; thresholdTwd: number } | null;
};

/** Null while a member has never left the first tier. */
export async function readTierCause(db: Db, memberId: number): Promise<TierCause | null> {
  const found = await sql<{
    tierKey: string;
    reason: TierReason;
    since: Date;
    netTwd: number | null;
    rules: unknown;
  }>`
    select t.tier_key as "tierKey", t.reason, t.since, (f.data ->> 'netTwd')::bigint as "netTwd", b.data as rules
    from tier_memberships t
    left join facts f on f.dedupe_key = 'tier.changed:' || t.id
    left join brand_policies b on b.section = 'tiers' and b.version = (f.data ->> 'policyVersion')::int
    where t.member_id = ${memberId} and t.until is null`.execute(db);
  const row = found.rows[0];
  if (!row) return null;
  const { tierKey, reason, since, netTwd } = row;
  if (netTwd === null || row.rules === null) return { reason, since, counted: null };
  const rules = tiersPolicy.schema.parse(row.rules);
  const thresholdTwd = rules.tiers.find((tier) => tier.key === tierKey)?.thresholdTwd ?? 0;
  return { reason, since, counted: { netTwd, months: rules.windowMonths, thresholdTwd } };
}
