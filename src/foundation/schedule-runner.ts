import cron from 'node-cron';
import { brandPolicy } from './brand.ts';
import type { Clock } from './clock.ts';
import type { Db } from './db.ts';
import { describeError } from './errors.ts';
import type { Logger } from './log.ts';
import { readPolicy } from './policy.ts';
import { type Cadence, type CatchUp, chooseSlots, latestSlot } from './slot-rules.ts';
import { type JobSlots, readJobSlots, runSlot, skipSlot } from './slots.ts';

/** `slot` is the business instant this run stands for, `now` the business time of the run: later when it catches up. */
export type SlotRun = { slot: Date; now: Date; zone: string };

export type RecurringJob = {
  name: string;
  cadence: Cadence;
  catchUp: CatchUp;
  run(at: SlotRun): Promise<void>;
};

export type Scheduler = {
  /** Ticks from now on. */
  start(): void;
  /** No further slot begins; waits for those that run, 10 s at most. */
  stop(): Promise<void>;
  /**
   * Runs all that is due now, in the order of the slots, and waits for it. A slot that fails is logged and tried
   * again later; one that takes very long is left to itself.
   * @returns the slots that this process ran to their end
   */
  runDue(): Promise<{ job: string; slot: Date }[]>;
  /** Waits for the slots that run already, whoever began them; one that takes very long is left to itself. */
  idle(): Promise<void>;
};

const tickEverySeconds = 15;
/** Wall time after which the others no longer wait for a job. */
const defaultPatienceMs = 30_000;
const stopPatienceMs = 10_000;

/**
 * node-cron is nothing but the tick: which slot of which job is due, and that it runs once over any number of
 * processes, is decided by rows in PostgreSQL. A job that is seen for the first time begins with its next slot.
 * @param options.clock business clock: slots are business time
 */
export function createScheduler(options: {
  db: Db;
  jobs: readonly RecurringJob[];
  clock: Clock;
  log: Logger;
  /** false: nothing runs now, and what was missed meanwhile is chosen when it may again. */
  mayRun?(): Promise<boolean>;
  patienceMs?: number;
}): Scheduler {
  const { db, jobs, clock, log, patienceMs = defaultPatienceMs } = options;
  const inFlight = new Map<string, Promise<boolean>>();
  let isStopped = false;
  let tick: ReturnType<typeof cron.schedule> | null = null;

  async function runDue(): Promise<{ job: string; slot: Date }[]> {
    if (options.mayRun && !(await options.mayRun())) return [];
    const { zone } = await readPolicy(db, brandPolicy, clock.now());
    const due = await readDue(zone);
    const ran: { job: string; slot: Date }[] = [];
    for (const { job, slot } of due) {
      if (isStopped) break;
      if (inFlight.has(job.name)) continue;
      if (await waitAtMost(begin(job, slot, zone), patienceMs)) ran.push({ job: job.name, slot });
    }
    return ran;
  }

  async function readDue(zone: string): Promise<{ job: RecurringJob; slot: Date }[]> {
    const now = clock.now();
    const known = await readJobSlots(
      db,
      jobs.map((job) => job.name),
    );
    const due: { job: RecurringJob; slot: Date }[] = [];
    for (const job of jobs) {
      const { settled, unsettled }: JobSlots = known.get(job.name) ?? { settled: null, unsettled: [] };
      if (settled === null && unsettled.length === 0) {
        await skipSlot(db, job.name, latestSlot(job.cadence, now, zone));
        continue;
      }
      const seen = settled ?? new Date(Math.min(...unsettled.map(Number)) - 1);
      const { run, writeOff } = chooseSlots({ ...job, settled: seen, unsettled }, now, zone);
      if (writeOff) await skipSlot(db, job.name, writeOff);
      due.push(...run.map((slot) => ({ job, slot })));
    }
    return due.sort((a, b) => a.slot.getTime() - b.slot.getTime());
  }

  function begin(job: RecurringJob, slot: Date, zone: string): Promise<boolean> {
    const running = runSlot(db, job.name, slot, () => job.run({ slot, now: clock.now(), zone }))
      .catch((error: unknown) => {
        log.error({ job: job.name, slot, err: describeError(error) }, 'a scheduled job failed');
        return false;
      })
      .finally(() => inFlight.delete(job.name));
    inFlight.set(job.name, running);
    return running;
  }

  const idle = async (ms: number): Promise<void> => {
    await waitAtMost(
      Promise.all(inFlight.values()).then(() => true),
      ms,
    );
  };

  return {
    start() {
      isStopped = false;
      const look = () =>
        runDue().then(
          () => undefined,
          (error: unknown) => log.error({ err: describeError(error) }, 'the schedule could not be read'),
        );
      // At once: from this moment on slots count, even if the clock jumps before the first tick.
      void look();
      tick = cron.schedule(`*/${tickEverySeconds} * * * * *`, look, {
        noOverlap: true,
        suppressMissedWarning: true,
      });
    },
    async stop() {
      isStopped = true;
      await tick?.destroy();
      await idle(stopPatienceMs);
    },
    runDue,
    idle: () => idle(patienceMs),
  };
}

/** What `work` gives, or false when it has not ended in time; it goes on by itself. */
async function waitAtMost(work: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}
