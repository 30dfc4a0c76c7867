import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/** No more than this is made up for after a pause, in seconds of the stream's own pace. */
const mostSaved = 0.2;
/** Not worth a batch of its own. */
const leastAtOnce = 0.05;

/**
 * Takes permits of a stream that has a pace of its own, at most `limit`; they accrue with time, over all processes.
 * @returns how many; 0: ask again in some hundredths of a second
 */
export async function takePermits(db: Db, input: { streamId: number; limit: number }): Promise<number> {
  const taken = await sql<{ count: number }>`
    with pace as (
      select id, pace_per_second as pace, greatest(free_at, clock_timestamp()
               - make_interval(secs => greatest(${mostSaved}::float8, 1.0 / pace_per_second))) as since
      from outbox_streams where id = ${input.streamId} and pace_per_second is not null for update
    ), saved as (
      select *, least(${input.limit}::float8,
                      floor(extract(epoch from clock_timestamp() - since)::float8 * pace + 1e-6)) as count
      from pace
    )
    update outbox_streams s set free_at = since + make_interval(secs => count / pace)
    from saved where s.id = saved.id and count >= least(${input.limit}, greatest(1, pace * ${leastAtOnce}::float8))
    returning saved.count::integer as count, set_config('synchronous_commit', 'off', true)`.execute(db);
  return taken.rows[0]?.count ?? 0;
}
