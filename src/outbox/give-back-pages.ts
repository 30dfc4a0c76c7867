import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/** What is dead in a table of so few pages is left to PostgreSQL's own vacuum. */
const fewPages = 1_000;
const canceled = '57014';

/**
 * Gives back the pages that a campaign has filled, once it is over and its rows have left the outbox. PostgreSQL comes
 * by itself once a minute and takes its time; a campaign that begins meanwhile goes a tenth slower. While another stream
 * waits in it, the outbox is left to PostgreSQL: to read all that waits would be in its way.
 * @returns whether there was something to give back, and time for it
 */
export async function giveBackPages(db: Db): Promise<boolean> {
  try {
    const found = await sql<{ isLeftBehind: boolean }>`
      select pg_relation_size('outbox_messages') / current_setting('block_size')::bigint > ${fewPages}::int
             and not exists (select from outbox_messages where stream_id is not null and state = 'planned')
             as "isLeftBehind"`.execute(db);
    if (!found.rows[0]?.isLeftBehind) return false;
    await sql`vacuum outbox_messages`.execute(db);
    return true;
  } catch (error) {
    // Nothing is lost by it: the pages are left to PostgreSQL.
    if ((error as { code?: unknown }).code === canceled) return false;
    throw error;
  }
}
