import { type Db, sql } from '#foundation/db.ts';

/**
 * How many rows of a table the statements of this connection have read so far, by whatever way; earlier transactions
 * may still count in, so look before and after.
 */
export async function countRowsRead(db: Db, table: string): Promise<number> {
  const read = await sql<{ count: number }>`
    select seq_tup_read + coalesce(idx_tup_fetch, 0) as count from pg_stat_xact_user_tables
    where relname = ${table}`.execute(db);
  return read.rows[0]?.count ?? 0;
}
