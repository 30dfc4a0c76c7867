import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/** LINE's bucket for multicast is a tenth of that for pushes. */
const multicastShare = 0.1;
const slowSeconds = 30;

/**
 * Takes the next `calls` time slots of an endpoint for this process: one row is the clock of all processes, so that
 * together they stay under the rate. At half the rate for a while after LINE said 429.
 * Nothing is lost when a crash forgets the last slots, so nobody waits for the disk.
 * @returns how many milliseconds from now the first slot is, and the distance between slots
 */
export async function reservePace(
  db: Db,
  input: { endpoint: 'push' | 'multicast'; calls: number; perSecond: number },
): Promise<{ startsInMs: number; gapMs: number }> {
  const perSecond = input.endpoint === 'push' ? input.perSecond : input.perSecond * multicastShare;
  const reserved = await sql<{ startsInMs: number; gapMs: number }>`
    with pace as (
      select endpoint, greatest(free_at, clock_timestamp()) as starts_at,
             make_interval(secs => case when slow_until > clock_timestamp() then 2 else 1 end / ${perSecond}::float8)
               as gap
      from outbox_pace where endpoint = ${input.endpoint} for update
    ), taken as (
      update outbox_pace p set free_at = pace.starts_at + pace.gap * ${input.calls}::integer
      from pace where p.endpoint = pace.endpoint
    )
    select greatest(0, extract(epoch from starts_at - clock_timestamp()) * 1000)::float8 as "startsInMs",
           (extract(epoch from gap) * 1000)::float8 as "gapMs",
           set_config('synchronous_commit', 'off', true)
    from pace`.execute(db);
  return reserved.rows[0] ?? { startsInMs: 0, gapMs: 1_000 / perSecond };
}

/** LINE said 429: everybody goes at half the pace for half a minute. */
export async function slowDown(db: Db, endpoint: 'push' | 'multicast'): Promise<void> {
  await sql`
    update outbox_pace set slow_until = now() + make_interval(secs => ${slowSeconds})
    where endpoint = ${endpoint} and slow_until < now() + make_interval(secs => ${slowSeconds - 5})`.execute(
    db,
  );
}
