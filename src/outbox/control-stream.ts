import { sql } from 'kysely';
import type { Db, Tx } from '#foundation/db.ts';
import { endRows, endsWithout } from './end-rows.ts';
import type { StreamState } from './tables.ts';

export type ControlStreamOutcome = { ok: true } | { ok: false; reason: 'not_found' | 'already_stopped' };

/**
 * Pauses a stream, lets it run again, stops it for good, or changes its pace; the couriers heed it within seconds.
 * What is on the wire ends as it ends.
 * @param input.pacePerSecond null = as fast as all together may; left out = as it was
 */
export async function controlStream(
  tx: Tx,
  input: { streamId: number; state?: StreamState; pacePerSecond?: number | null },
): Promise<ControlStreamOutcome> {
  const found = await sql<{ state: StreamState }>`
    select state from outbox_streams where id = ${input.streamId} for no key update`.execute(tx);
  const state = found.rows[0]?.state;
  if (state === undefined) return { ok: false, reason: 'not_found' };
  if (state === 'stopped') return { ok: false, reason: 'already_stopped' };
  const isPaceGiven = input.pacePerSecond !== undefined;
  await sql`
    update outbox_streams
    set state = coalesce(${input.state ?? null}, state),
        pace_per_second = case when ${isPaceGiven} then ${input.pacePerSecond ?? null}::integer
                               else pace_per_second end
    where id = ${input.streamId}`.execute(tx);
  return { ok: true };
}

const atOnce = 2_000;

/**
 * Ends what stopped streams still had planned, a batch at a time; what may have arrived is never called skipped.
 * @returns how many; call again while it is not 0
 */
export async function endStoppedStreams(db: Db): Promise<number> {
  const ended = await endRows(
    db,
    endsWithout(sql`
      select m.id, case when m.doubt_count > 0 then 'unknown' else 'skipped' end as state,
             'stopped_by_staff' as reason
      from outbox_streams s, lateral (
        select id, doubt_count from outbox_messages where stream_id = s.id and state = 'planned'
        limit ${atOnce} for update skip locked) m
      where s.state = 'stopped' limit ${atOnce}`),
    sql`m.state = 'planned'`,
  );
  return ended.length;
}
