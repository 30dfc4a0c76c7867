import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { reserveOf } from './count-quota.ts';
import { quotaMonth } from './quota-month-rules.ts';
import { reachPolicy } from './reach-rules.ts';

/**
 * This month's messages as last read from LINE, our own sends since counted in, and how many are kept for service
 * messages; `limit` null = none.
 */
export type QuotaState = { limit: number | null; used: number; readAt: Date; reserve: number };

/** @param now business time. @returns null before LINE was asked for the first time this month */
export async function readQuotaState(db: Db, now: Date): Promise<QuotaState | null> {
  const { quotaReservePercent } = await readPolicy(db, reachPolicy, now);
  const found = await sql<Omit<QuotaState, 'reserve'>>`
    select message_limit as "limit", used_count as used, read_at as "readAt"
    from outbox_quota where month = ${quotaMonth(now)}`.execute(db);
  const known = found.rows[0];
  if (!known) return null;
  return { ...known, reserve: known.limit === null ? 0 : reserveOf(known.limit, quotaReservePercent) };
}
