import { type Db, sql } from '#foundation/db.ts';
import { readStoreNames } from '../../stores/store-reads.ts';
import type { TierReason } from '../tables.ts';
import { tiersPolicy } from '../tier-rules.ts';

/** How the living tier came about. */
export type TierCause = {
  reason: TierReason;
  since: Date;
  /** What was counted in that moment, by the rules of that moment; null where the timeline tells nothing. */
  counted: CountedThen | null;
  /** The receipt that carried a rise. */
  receipt: { storeName: string; receiptNo: string } | null;
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
  storeId: number | null;
  receiptNo: string | null;
};

/** Null while a member has never left the first tier. */
export async function readTierCause(db: Db, memberId: number): Promise<TierCause | null> {
  const found = await sql<Row>`
    select t.tier_key as "tierKey", t.reason, t.since, f.data as told, b.data as rules,
           p.store_id as "storeId", p.receipt_no as "receiptNo"
    from tier_memberships t
    left join facts f on f.dedupe_key = 'tier.changed:' || t.id
    left join brand_policies b on b.section = 'tiers' and b.version = (f.data ->> 'policyVersion')::int
    left join purchases_published_receipts p on p.id = t.cause_purchase_id
    where t.member_id = ${memberId} and t.until is null`.execute(db);
  const row = found.rows[0];
  if (!row) return null;
  const { reason, since, storeId, receiptNo } = row;
  const names = await readStoreNames(db, storeId === null ? [] : [storeId]);
  const storeName = storeId === null ? undefined : names.get(storeId);
  const receipt = receiptNo !== null && storeName !== undefined ? { storeName, receiptNo } : null;
  return { reason, since, counted: readCounted(row), receipt };
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
