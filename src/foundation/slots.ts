import { sql } from 'kysely';
import type { Db } from './db.ts';
import { describeError } from './errors.ts';
import { newUuid } from './ids.ts';

/** How far a job that was down over its slots reaches back. */
export type CatchUp = 'none' | 'latest' | { days: number };

const leaseSeconds = 300;
const maxAttempts = 5;

/**
 * Runs `work` for a slot of a job at most once to its end, over any number of processes. A slot whose holder died
 * is taken again when its lease has run out; a failing slot is tried five times.
 * @returns whether this call ran it to its end
 */
export async function runSlot(db: Db, job: string, slot: Date, work: () => Promise<void>): Promise<boolean> {
  const token = newUuid();
  const claimed = await sql`
    insert into schedule_slots (job, slot, state, lease_token, lease_until, attempts)
    values (${job}, ${slot}, 'running', ${token}, now() + make_interval(secs => ${leaseSeconds}), 1)
    on conflict (job, slot) do update
      set lease_token = excluded.lease_token, lease_until = excluded.lease_until, state = 'running',
          attempts = schedule_slots.attempts + 1
      where schedule_slots.attempts < ${maxAttempts}
        and ((schedule_slots.state = 'running' and schedule_slots.lease_until < now())
          or (schedule_slots.state = 'failed' and schedule_slots.finished_at < now() - interval '1 minute'))
    returning job`.execute(db);
  if (claimed.rows.length === 0) return false;
  const renewal = setInterval(() => void renew(db, job, slot, token).catch(() => undefined), 60_000);
  try {
    await work();
    await finish(db, job, slot, token, 'done', null);
    return true;
  } catch (error) {
    await finish(db, job, slot, token, 'failed', describeError(error)).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(renewal);
  }
}

/** Slots that were written off by policy leave a row, so that they are never taken later. */
export async function skipSlot(db: Db, job: string, slot: Date): Promise<void> {
  await sql`insert into schedule_slots (job, slot, state, finished_at)
            values (${job}, ${slot}, 'skipped', now()) on conflict do nothing`.execute(db);
}

/** The newest slot of a job that needs no further run, or null. */
export async function lastSettledSlot(db: Db, job: string): Promise<Date | null> {
  const found = await sql<{ slot: Date | null }>`
    select max(slot) as slot from schedule_slots where job = ${job} and state in ('done', 'skipped')`.execute(db);
  return found.rows[0]?.slot ?? null;
}

async function renew(db: Db, job: string, slot: Date, token: string): Promise<void> {
  await sql`update schedule_slots set lease_until = now() + make_interval(secs => ${leaseSeconds})
            where job = ${job} and slot = ${slot} and lease_token = ${token}`.execute(db);
}

async function finish(
  db: Db,
  job: string,
  slot: Date,
  token: string,
  state: 'done' | 'failed',
  error: string | null,
): Promise<void> {
  await sql`update schedule_slots
            set state = ${state}, error = ${error}, lease_token = null, lease_until = null, finished_at = now()
            where job = ${job} and slot = ${slot} and lease_token = ${token}`.execute(db);
}
