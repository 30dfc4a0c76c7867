import { sql, type Tx } from '#foundation/db.ts';

/**
 * Keeps persons from being merged until the transaction ends. To be asked for before what a merger locks as well:
 * what is given to a person waits for a merger that has begun, and would else be waited for by it.
 */
export async function holdPersons(tx: Tx, memberIds: readonly number[]): Promise<void> {
  await sql`select id from members where id = any(${memberIds}::bigint[]) order by id for key share`.execute(
    tx,
  );
}
