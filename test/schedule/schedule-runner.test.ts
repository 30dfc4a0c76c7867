import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFixedClock } from '#foundation/clock.ts';
import { createLogger } from '#foundation/log.ts';
import { createScheduler, type RecurringJob } from '#foundation/schedule-runner.ts';
import { forgetOldSlots } from '#foundation/slots.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';

const database = await openTestDatabase({ max: 12 });
const { db } = database;
const log = createLogger('silent');

beforeEach(() => sql`delete from schedule_slots`.execute(db));

function jobThatCounts(name: string, rest: Pick<RecurringJob, 'cadence' | 'catchUp'>) {
  const ran: string[] = [];
  const job: RecurringJob = {
    name,
    ...rest,
    run: async ({ slot }) => {
      ran.push(slot.toISOString());
    },
  };
  return { job, ran };
}

const daily = { cadence: { daily: '08:50' }, catchUp: { days: 3 } } as const;

describe('the scheduler', () => {
  it('begins a job it has never seen with the next slot', async () => {
    const clock = createFixedClock('2026-11-21T05:00:00Z');
    const { job, ran } = jobThatCounts('morning', daily);
    const scheduler = createScheduler({ db, jobs: [job], clock, log });
    await scheduler.runDue();
    expect(ran).toEqual([]);
    clock.set('2026-11-22T00:50:00Z');
    await scheduler.runDue();
    await scheduler.runDue();
    expect(ran).toEqual(['2026-11-22T00:50:00.000Z']);
  });

  it('catches up after a stop as the policy says, in the order of the slots', async () => {
    const clock = createFixedClock('2026-10-01T05:00:00Z');
    const order: string[] = [];
    const named = (name: string, cadence: RecurringJob['cadence'], catchUp: RecurringJob['catchUp']) => ({
      name,
      cadence,
      catchUp,
      run: async ({ slot }: { slot: Date }) => void order.push(`${name} ${slot.toISOString().slice(0, 16)}`),
    });
    const jobs = [
      named('morning', { daily: '08:50' }, { days: 1 }),
      named('nightly', { daily: '00:10' }, 'latest'),
    ];
    const scheduler = createScheduler({ db, jobs, clock, log });
    await scheduler.runDue();
    clock.set('2026-11-10T05:00:00Z');
    await scheduler.runDue();
    expect(order).toEqual([
      'morning 2026-11-09T00:50',
      'nightly 2026-11-09T16:10',
      'morning 2026-11-10T00:50',
    ]);
    clock.set('2026-11-09T05:00:00Z');
    await scheduler.runDue();
    clock.set('2026-11-10T05:00:05Z');
    await scheduler.runDue();
    expect(order).toHaveLength(3);
  });

  it('runs each of many slots once when three schedulers race over them', async () => {
    const jobs = { cadence: { everyMinutes: 1 }, catchUp: { days: 1 } } as const;
    const counts = new Map<string, number>();
    const schedulers = Array.from({ length: 3 }, () => {
      const clock = createFixedClock('2026-11-21T00:00:00Z');
      const job: RecurringJob = {
        name: 'every-minute',
        ...jobs,
        run: async ({ slot }) =>
          void counts.set(slot.toISOString(), (counts.get(slot.toISOString()) ?? 0) + 1),
      };
      return { clock, scheduler: createScheduler({ db, jobs: [job], clock, log }) };
    });
    await schedulers[0]?.scheduler.runDue();
    const skewsMs = [0, 5_000, -5_000];
    schedulers.forEach(({ clock }, at) => {
      clock.set(new Date(Date.parse('2026-11-21T05:00:10Z') + (skewsMs[at] ?? 0)));
    });
    const ran = await Promise.all(schedulers.map(({ scheduler }) => scheduler.runDue()));
    expect(counts.size).toBe(300);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    expect(ran.flat()).toHaveLength(300);
  });

  it('does not let a failing or a hanging job stop the others', async () => {
    const clock = createFixedClock('2026-11-21T05:00:00Z');
    const hung = Promise.withResolvers<void>();
    const well = jobThatCounts('well', daily);
    const jobs: RecurringJob[] = [
      { name: 'failing', ...daily, run: () => Promise.reject(new Error('broken')) },
      { name: 'hanging', ...daily, run: () => hung.promise },
      well.job,
    ];
    const scheduler = createScheduler({ db, jobs, clock, log, patienceMs: 50 });
    await scheduler.runDue();
    clock.set('2026-11-22T01:00:00Z');
    await scheduler.runDue();
    await scheduler.runDue();
    await eventually(async () => {
      const rows = await sql<{ job: string; state: string; error: string | null }>`
        select job, state, error from schedule_slots where slot = '2026-11-22T00:50:00Z' order by job`.execute(
        db,
      );
      expect(rows.rows).toEqual([
        { job: 'failing', state: 'failed', error: 'Error: broken' },
        { job: 'hanging', state: 'running', error: null },
        { job: 'well', state: 'done', error: null },
      ]);
    });
    expect(well.ran).toEqual(['2026-11-22T00:50:00.000Z']);
    hung.resolve();
    await scheduler.stop();
  });

  it('takes over the slot of a process that died, once its lease has run out', async () => {
    const clock = createFixedClock('2026-11-21T05:00:00Z');
    const { job, ran } = jobThatCounts('morning', daily);
    const scheduler = createScheduler({ db, jobs: [job], clock, log });
    await scheduler.runDue();
    await sql`insert into schedule_slots (job, slot, state, lease_token, lease_until, attempts)
              values ('morning', '2026-11-22T00:50:00Z', 'running', gen_random_uuid(), now() + interval '1 minute', 1)`.execute(
      db,
    );
    clock.set('2026-11-22T01:00:00Z');
    await scheduler.runDue();
    expect(ran).toEqual([]);
    await sql`update schedule_slots set lease_until = now() - interval '1 second' where state = 'running'`.execute(
      db,
    );
    await scheduler.runDue();
    expect(ran).toEqual(['2026-11-22T00:50:00.000Z']);
  });

  it('forgets old slots but never the newest of a job', async () => {
    const clock = createFixedClock('2026-01-01T05:00:00Z');
    const { job, ran } = jobThatCounts('morning', { ...daily, catchUp: { days: 30 } });
    const scheduler = createScheduler({ db, jobs: [job], clock, log });
    await scheduler.runDue();
    clock.set('2026-01-11T05:00:00Z');
    await scheduler.runDue();
    expect(await forgetOldSlots(db, new Date('2026-06-01T00:00:00Z'))).toBe(10);
    await scheduler.runDue();
    expect(ran).toHaveLength(10);
  });
});
