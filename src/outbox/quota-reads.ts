import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { quotaMonth } from './count-quota.ts';

/** This month's messages as last read from LINE, our own sends since counted in; `limit` null = none. */
export type QuotaState = { limit: number | null; used: number; readAt: Date };

/** @param now business time. @returns null before LINE was asked for the first time this month */
export async function readQuotaState(db: Db, now: Date): Promise<QuotaState | null> {
  const found = await sql<QuotaState>`
    select message_limit as "limit", used_count as used, read_at as "readAt"
    from outbox_quota where month = ${quotaMonth(now)}`.execute(db);
  return found.rows[0] ?? null;
}
