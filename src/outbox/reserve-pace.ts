import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import type { LineEndpoint } from '#line/limit-rules.ts';

const slowSeconds = 30;

/** Slots given to one process: the first begins at `startsAtMs`, each `gapMs` after the one before. */
export type Reservation = {
  startsAtMs: number;
  gapMs: number;
  /** The database's clock, in milliseconds since 1970 like `startsAtMs`. */
  databaseMs: number;
};

/**
 * Takes the next `calls` time slots of an endpoint for this process: one row is the clock of all processes, so that
 * together they stay under the rate. Slots twice as far apart for a while after LINE said 429.
 * What nobody took in time is gone: slots never begin in the past. Nothing is lost when a crash forgets the last
 * ones, so nobody waits for the disk. Slots more than a minute ahead mean that the database's clock was set back.
 */
export async function reservePace(
  db: Db,
  input: { endpoint: LineEndpoint; calls: number; gapMs: number },
): Promise<Reservation> {
  const reserved = await sql<Reservation>`
    with pace as (
      select endpoint,
             case when free_at > clock_timestamp() + interval '1 minute' then clock_timestamp()
                  else greatest(free_at, clock_timestamp()) end as starts_at,
             make_interval(secs => case when slow_until > clock_timestamp() then 2 else 1 end
                                   * ${input.gapMs}::float8 / 1000) as gap
      from outbox_pace where endpoint = ${input.endpoint} for update
    ), taken as (
      update outbox_pace p set free_at = pace.starts_at + pace.gap * ${input.calls}::integer
      from pace where p.endpoint = pace.endpoint
    )
    select (extract(epoch from starts_at) * 1000)::float8 as "startsAtMs",
           (extract(epoch from gap) * 1000)::float8 as "gapMs",
           (extract(epoch from clock_timestamp()) * 1000)::float8 as "databaseMs",
           set_config('synchronous_commit', 'off', true)
    from pace`.execute(db);
  const slots = reserved.rows[0];
  if (!slots) throw new Error(`no pace is kept for ${input.endpoint}`);
  return slots;
}

/** LINE said 429: everybody goes at half the pace for half a minute. */
export async function slowDown(db: Db, endpoint: LineEndpoint): Promise<void> {
  await sql`
    update outbox_pace set slow_until = now() + make_interval(secs => ${slowSeconds})
    where endpoint = ${endpoint} and slow_until < now() + make_interval(secs => ${slowSeconds - 5})`.execute(
    db,
  );
}
