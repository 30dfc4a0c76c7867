import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';

/** What LINE refuses for now: the access token, or messages that count against the month. */
export type HoldCause = 'line_token' | 'quota_used_up';

/** Between one probe and the next, over all processes. */
export const probeEveryMs: Readonly<Record<HoldCause, number>> = {
  line_token: 30_000,
  quota_used_up: 600_000,
};

/** Holds something back for all processes; the first probe may come after the usual pause. */
export async function holdSending(db: Db, cause: HoldCause): Promise<void> {
  await sql`
    insert into outbox_holds (cause, probe_at)
    values (${cause}, now() + make_interval(secs => ${probeEveryMs[cause] / 1000}))
    on conflict (cause) do nothing`.execute(db);
}

export async function listHolds(db: Db): Promise<HoldCause[]> {
  const found = await sql<{ cause: HoldCause }>`select cause from outbox_holds`.execute(db);
  return found.rows.map(({ cause }) => cause);
}

/**
 * Takes the right to try once whether LINE takes it again: one of all processes gets it, once in a pause.
 * @param input.isDue true = without waiting for the pause: a process that has just started may have a new token
 */
export async function takeProbe(db: Db, cause: HoldCause, input: { isDue?: boolean } = {}): Promise<boolean> {
  const taken = await sql`
    update outbox_holds set probe_at = now() + make_interval(secs => ${probeEveryMs[cause] / 1000})
    where cause = ${cause} and (probe_at <= now() or ${input.isDue ?? false}::boolean)
    returning cause`.execute(db);
  return taken.rows.length > 0;
}

/** LINE takes it again; service messages that waited for the month are planned anew. */
export async function liftHold(db: Db, cause: HoldCause): Promise<void> {
  await sql`delete from outbox_holds where cause = ${cause}`.execute(db);
  if (cause === 'quota_used_up') await releaseHeld(db, { reason: 'quota' });
}

/** Held for the month's sake, apart from notices that only ever ride along; what is riding is left alone. */
const heldForQuota = sql`state = 'held' and reason = 'quota' and batch_id is null`;

/**
 * Keeps service messages back while the month is used up. Like any notice they ride along with the person's next
 * reply, which is free; else they wait for the hold to be lifted, or for their own end. The hold's row is locked until
 * the commit: whoever lifts it waits, and finds all that was kept back under it.
 */
export async function keepForQuota(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with hold as materialized (select from outbox_holds where cause = 'quota_used_up' for key share)
    update outbox_messages set state = 'held', reason = 'quota'
    where id = any(${[...ids]}::bigint[]) and state = 'planned' and doubt_count = 0
      and exists (select from hold)`.execute(db);
}

/**
 * Plans them again. @param input.limit the oldest so many
 * @param input.reason 'probe' lets a row be tried although the month is used up
 */
export async function releaseHeld(
  db: Db,
  input: { reason: 'quota' | 'probe'; limit?: number },
): Promise<number> {
  const released = await sql`
    update outbox_messages set state = 'planned', reason = ${input.reason}, retry_at = now()
    where id = any(array(
      select id from outbox_messages where ${heldForQuota}
      order by id limit ${input.limit ?? null}::bigint for update skip locked))
    returning id`.execute(db);
  return released.rows.length;
}

/** Those whose own end has come. @param now business time */
export async function listEndedHeld(db: Db, now: Date): Promise<number[]> {
  const found = await sql<{ id: number }>`
    select id from outbox_messages where ${heldForQuota} and expires_at <= ${now} limit 5000`.execute(db);
  return found.rows.map(({ id }) => id);
}
