import { describeError } from '#foundation/errors.ts';
import type { Logger } from '#foundation/log.ts';
import type { LeasedBatch } from './lease-batch.ts';
import type { Errand } from './retry-rules.ts';

export type LaneParts = {
  name: string;
  /** How many batches are leased at the same time, so that one waits for the database while another is sent. */
  leasers: number;
  /** Calls on the wire at once. */
  sockets: number;
  /** Rows leased at once; small, so that nothing else in the process waits long. */
  batch: number;
  pollMs: number;
  /** How long a leased errand may wait for its turn before it is given back. */
  patienceMs: number;
  lease(limit: number): Promise<LeasedBatch>;
  /** The slot of each errand, in milliseconds from now. */
  pace(errands: readonly Errand[]): Promise<number[]>;
  /** Never rejects. */
  deliver(errand: Errand): Promise<void>;
  /** Errands that were leased and not sent. */
  giveBack(errand: Errand): void;
  log: Logger;
};

export type Lane = ReturnType<typeof createLane>;

type Waiting = { errand: Errand; at: number; until: number };

/** Leases, paces and sends, with at most `sockets` calls at once and little more in hand than can soon leave. */
export function createLane(parts: LaneParts) {
  const waiting: Waiting[] = [];
  const listeners = new Set<() => void>();
  let inFlight = 0;
  /** Passes between looking for rows and having them in `waiting`. */
  let passing = 0;
  let isStopping = false;
  let running: Promise<unknown> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let wasWoken = false;

  const changed = () => {
    for (const listener of [...listeners]) listener();
  };

  /** Resolves at the next change, or after `ms`. */
  function nextChange(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timeout = ms === undefined ? undefined : setTimeout(done, ms);
      listeners.add(done);
      function done() {
        clearTimeout(timeout);
        listeners.delete(done);
        resolve();
      }
    });
  }

  function launch(): void {
    clearTimeout(timer);
    while (inFlight < parts.sockets) {
      const [next] = waiting;
      if (!next) break;
      const now = performance.now();
      if (next.at - now > 1) {
        timer = setTimeout(launch, next.at - now);
        break;
      }
      waiting.shift();
      if (now > next.until) {
        parts.giveBack(next.errand);
        continue;
      }
      inFlight += 1;
      void parts.deliver(next.errand).finally(() => {
        inFlight -= 1;
        launch();
        changed();
      });
    }
  }

  /** @returns how many rows there were to handle */
  async function pass(): Promise<number> {
    passing += 1;
    try {
      return await leaseAndPace();
    } finally {
      passing -= 1;
      changed();
    }
  }

  async function leaseAndPace(): Promise<number> {
    const leased = await parts.lease(parts.batch);
    if (leased.errands.length > 0) {
      const leasedAt = performance.now();
      const slots = await parts.pace(leased.errands);
      leased.errands.forEach((errand, i) => {
        const at = leasedAt + (slots[i] ?? 0);
        waiting.push({ errand, at, until: at + parts.patienceMs });
      });
      waiting.sort((a, b) => a.at - b.at);
      launch();
    }
    return leased.handled;
  }

  /** One looks for rows; a full batch calls the others to help until one of them finds nothing more. */
  async function run(nth: number): Promise<void> {
    let failures = 0;
    if (nth > 0) await nextWake(helpers);
    while (!isStopping) {
      if (waiting.length >= 2 * parts.batch || inFlight >= parts.sockets) {
        await nextChange(parts.pollMs);
        continue;
      }
      try {
        if (nth === 0) wasWoken = false;
        const handled = await pass();
        failures = 0;
        if (handled >= parts.batch) wakeUp(helpers);
        else if (nth > 0 && handled === 0) await nextWake(helpers);
        else if (handled === 0 && !wasWoken && !isStopping) await nextWake(lookers, parts.pollMs);
      } catch (error) {
        failures += 1;
        parts.log.warn(
          { err: describeError(error), lane: parts.name, failures },
          'leasing failed, trying again',
        );
        await nextWake(lookers, Math.min(5_000, 50 * 2 ** failures));
      }
    }
  }

  const lookers = new Set<() => void>();
  const helpers = new Set<() => void>();
  const wakeUp = (sleepers: ReadonlySet<() => void>) => {
    for (const wakeOne of [...sleepers]) wakeOne();
  };
  function nextWake(sleepers: Set<() => void>, ms?: number): Promise<void> {
    if (isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timeout = ms === undefined ? undefined : setTimeout(done, ms);
      sleepers.add(done);
      function done() {
        clearTimeout(timeout);
        sleepers.delete(done);
        resolve();
      }
    });
  }

  return {
    start() {
      running ??= Promise.all(Array.from({ length: parts.leasers }, (_, nth) => run(nth)));
    },
    /** There may be something due. */
    wake() {
      wasWoken = true;
      wakeUp(lookers);
    },
    pass,
    get isIdle() {
      return inFlight === 0 && waiting.length === 0 && passing === 0;
    },
    /** Resolves when nothing is in hand, rows that a pass is just leasing included. */
    async idle(): Promise<void> {
      while (inFlight > 0 || waiting.length > 0 || passing > 0) await nextChange(50);
    },
    /** Gives back what is not on the wire yet, and lets the rest end. */
    async stop(): Promise<void> {
      isStopping = true;
      wakeUp(lookers);
      wakeUp(helpers);
      changed();
      await running;
      clearTimeout(timer);
      for (const { errand } of waiting.splice(0)) parts.giveBack(errand);
      while (inFlight > 0) await nextChange(50);
    },
  };
}
