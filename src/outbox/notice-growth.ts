import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';

/** A table of so few pages may be read whole. */
const fewPages = 50;

/**
 * Tells PostgreSQL when many rows have come to wait. In between the table is next to empty, and that would be believed
 * for up to a minute, in which every lease reads the table whole.
 */
export async function noticeGrowth(tx: Tx): Promise<void> {
  const table = await sql<{ hasGrown: boolean }>`
    select pg_relation_size(oid) / current_setting('block_size')::bigint > 4 * relpages + ${fewPages}::int as "hasGrown"
    from pg_class where oid = 'outbox_messages'::regclass`.execute(tx);
  if (table.rows[0]?.hasGrown) await sql`analyze (skip_locked) outbox_messages`.execute(tx);
}
