import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';

/** A table of so few pages may be read whole. */
const fewPages = 50;

/**
 * Tells PostgreSQL when many rows have come to wait, or to be counted. Between campaigns the outbox is next to empty, as
 * the counts are before a brand's first one. That would be believed for up to a minute, in which every lease reads the
 * outbox whole, and every refusal that gives a count back all counts.
 */
export async function noticeGrowth(tx: Tx): Promise<void> {
  const grown = await sql<{ name: string }>`
    select relname as name from pg_class
    where oid in ('outbox_messages'::regclass, 'outbox_caps'::regclass)
      and pg_relation_size(oid) / current_setting('block_size')::bigint > 4 * relpages + ${fewPages}::int`.execute(
    tx,
  );
  for (const { name } of grown.rows) await sql`analyze (skip_locked) ${sql.table(name)}`.execute(tx);
}
