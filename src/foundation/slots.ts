import { sql } from 'kysely';
import type { Db, Tx } from './db.ts';
import { describeError } from './errors.ts';
import { newUuid } from './ids.ts';

const leaseSeconds = 300;
const maxAttempts = 5;

/**
 * Runs `work` for a slot of a job at most once to its end, over any number of processes. A slot whose holder died
 * is taken again when its lease has run out; a failing slot is tried five times, a minute apart at least.
 * @returns whether this call ran it to its end
 * @throws what `work` threw; the slot is then marked failed
 */
export async function runSlot(db: Db, job: string, slot: Date, work: () => Promise<void>): Promise<boolean> {
  const token = newUuid();
  const claimed = await sql`
    insert into schedule_slots (job, slot, state, lease_token, lease_until, attempts)
    values (${job}, ${slot}, 'running', ${token}, now() + make_interval(secs => ${leaseSeconds}), 1)
    on conflict (job, slot) do update
      set lease_token = excluded.lease_token, lease_until = excluded.lease_until, state = 'running',
          attempts = schedule_slots.attempts + 1, finished_at = null
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

/** A slot that policy writes off leaves a row, so that neither it nor an earlier one is taken later. */
export async function skipSlot(db: Db, job: string, slot: Date): Promise<void> {
  await sql`insert into schedule_slots (job, slot, state, finished_at)
            values (${job}, ${slot}, 'skipped', now()) on conflict do nothing`.execute(db);
}

/**
 * Writes off all that was due until now, of every job seen here, what was begun or failed included: for a database
 * of which nobody knows what its original did since. @param now business time. @returns how many jobs
 */
export async function writeOffSlots(tx: Tx, now: Date): Promise<number> {
  await sql`
    update schedule_slots set state = 'skipped', lease_token = null, lease_until = null, finished_at = now()
    where slot <= ${now} and state in ('running', 'failed') and attempts < ${maxAttempts}`.execute(tx);
  const written = await sql`
    insert into schedule_slots (job, slot, state, finished_at)
    select distinct job, ${now}::timestamptz, 'skipped', now() from schedule_slots on conflict do nothing
    returning job`.execute(tx);
  return written.rows.length;
}

export type JobSlots = {
  /** The newest slot that needs no further run; null = the job was never seen here. */
  settled: Date | null;
  /** Failed or abandoned slots that may be tried again. */
  unsettled: Date[];
};

/** How far each of these jobs has come. */
export async function readJobSlots(db: Db, jobs: readonly string[]): Promise<Map<string, JobSlots>> {
  const found = await sql<{ job: string; settled: Date | null; unsettled: Date[] }>`
    select job,
           max(slot) filter (where state in ('done', 'skipped')) as settled,
           coalesce(array_agg(slot) filter (where attempts < ${maxAttempts}
             and (state = 'failed' or (state = 'running' and lease_until < now()))), '{}') as unsettled
    from schedule_slots where job = any(${jobs}) group by job`.execute(db);
  return new Map(found.rows.map(({ job, settled, unsettled }) => [job, { settled, unsettled }]));
}

/**
 * Deletes old settled rows of jobs that have newer ones: the newest settled slot of a job is what keeps older ones
 * from running again, so it always stays.
 * @returns how many
 */
export async function forgetOldSlots(db: Db, before: Date): Promise<number> {
  const deleted = await sql`
    delete from schedule_slots s where s.slot < ${before} and s.state in ('done', 'skipped', 'failed')
      and exists (select 1 from schedule_slots n
                  where n.job = s.job and n.slot > s.slot and n.state in ('done', 'skipped'))
    returning 1`.execute(db);
  return deleted.rows.length;
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
