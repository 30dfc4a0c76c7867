import { sql } from 'kysely';
import type { Tx } from '#foundation/db.ts';

/**
 * Opens the stream of a campaign, running. Opened twice under one `sourceRef` it is the same stream, and stays as
 * it was.
 * @param input.pacePerSecond messages a second of this stream alone; null = as fast as all together may
 * @param input.quiet what becomes of a row that comes due in quiet hours
 * @param input.now business time
 * @returns its id
 */
export async function openStream(
  tx: Tx,
  input: { sourceRef: string; pacePerSecond: number | null; quiet: 'hold' | 'skip'; now: Date },
): Promise<number> {
  const opened = await sql<{ id: number }>`
    insert into outbox_streams (source_ref, pace_per_second, quiet, created_at)
    values (${input.sourceRef}, ${input.pacePerSecond}, ${input.quiet}, ${input.now})
    on conflict (source_ref) do update set source_ref = excluded.source_ref
    returning id`.execute(tx);
  return (opened.rows[0] as { id: number }).id;
}
