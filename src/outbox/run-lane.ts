import { describeError } from '#foundation/errors.ts';
import type { Logger } from '#foundation/log.ts';
import type { Pacer } from './keep-pace.ts';
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
  /** Most leased errands in hand: so many that a short stall of the database finds something to send. */
  hold: number;
  /** How long a leased errand may wait for a slot and a socket before it is given back. */
  patienceMs: number;
  lease(limit: number): Promise<LeasedBatch>;
  /** What keeps an errand's pace; null = it leaves at once. */
  pacerOf(errand: Errand): Pacer | null;
  /** Whether what shares the process waits already: nothing is leased or sent then. */
  isCrowded?(): boolean;
  /** Never rejects. @param slot the pacer's, for the errand's call */
  deliver(errand: Errand, slot: number | null): Promise<void>;
  /** Errands that were leased and not sent. */
  giveBack(errand: Errand): void;
  log: Logger;
};

export type Lane = ReturnType<typeof createLane>;

/** Those that wait for the slots of one pacer, what somebody needs before what somebody offers. */
type Queue = { pacer: Pacer | null; waiting: { errand: Errand; until: number }[] };

/** How soon a crowded process is looked at again. */
const crowdedMs = 5;

/** Nobody holds more than left in about so long, whatever slows them down: what is in hand hears of nothing new. */
const heldMs = 1_000;

const isOffer = (errand: Errand): number => (errand.purpose === 'marketing' ? 1 : 0);

/** Leases, paces and sends, with at most `sockets` calls at once and little more in hand than can soon leave. */
export function createLane(parts: LaneParts) {
  const queues = new Map<Pacer | null, Queue>();
  const listeners = new Set<() => void>();
  let inFlight = 0;
  const launched = createRecentCount(heldMs);
  /** Passes between looking for rows and having them in a queue. */
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

  function enqueue(errands: readonly Errand[], leasedAt: number): void {
    const until = leasedAt + parts.patienceMs;
    for (const errand of errands) {
      const pacer = parts.pacerOf(errand);
      const queue = queues.get(pacer) ?? { pacer, waiting: [] };
      queues.set(pacer, queue);
      queue.waiting.push({ errand, until });
    }
    for (const { waiting } of queues.values())
      waiting.sort((a, b) => isOffer(a.errand) - isOffer(b.errand) || a.until - b.until);
  }

  const countWaiting = (): number => {
    let count = 0;
    for (const { waiting } of queues.values()) count += waiting.length;
    return count;
  };

  function launch(): void {
    clearTimeout(timer);
    let nextMs = Number.POSITIVE_INFINITY;
    for (const queue of queues.values()) nextMs = Math.min(nextMs, launchFrom(queue));
    if (Number.isFinite(nextMs)) timer = setTimeout(launch, nextMs);
  }

  /** @returns in how many milliseconds the next can leave; Infinity = not before something changes */
  function launchFrom({ pacer, waiting }: Queue): number {
    while (inFlight < parts.sockets && waiting.length > 0) {
      if (parts.isCrowded?.()) return crowdedMs;
      const [next] = waiting as [Queue['waiting'][number]];
      if (performance.now() > next.until) {
        waiting.shift();
        parts.giveBack(next.errand);
        changed();
        continue;
      }
      const waitMs = pacer?.take() ?? 0;
      if (waitMs > 0) {
        pacer?.want(waiting.length);
        return waitMs;
      }
      waiting.shift();
      pacer?.want(waiting.length);
      inFlight += 1;
      launched.add();
      void parts.deliver(next.errand, pacer?.taken() ?? null).finally(() => {
        inFlight -= 1;
        launch();
        changed();
      });
    }
    return Number.POSITIVE_INFINITY;
  }

  let againInMs: number | undefined;

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

  /** Rows to lease next; fewer than a batch while the database is slow. */
  let size = parts.batch;

  async function leaseAndPace(): Promise<number> {
    // A lease begins in the transaction, so its patience is counted from before it.
    const leasedAt = performance.now();
    const asked = size;
    const leased = await parts.lease(asked);
    againInMs = leased.againInMs;
    // A batch that takes long to lease leaves no time to send it, and one that is given back whole would come again.
    const tookMs = performance.now() - leasedAt;
    if (tookMs > parts.patienceMs / 2) size = Math.min(size, Math.max(1, Math.floor(asked / 2)));
    else if (leased.handled >= asked) size = Math.min(parts.batch, 2 * size);
    enqueue(leased.errands, leasedAt);
    launch();
    return leased.handled;
  }

  /** One looks for rows; a full batch calls the others to help until one of them finds nothing more. */
  async function run(nth: number): Promise<void> {
    let failures = 0;
    if (nth > 0) await nextWake(helpers);
    while (!isStopping) {
      const hold = Math.min(parts.hold, Math.max(2 * parts.batch, launched.count()));
      if (countWaiting() >= hold || inFlight >= parts.sockets) {
        await nextChange(parts.pollMs);
        continue;
      }
      if (parts.isCrowded?.()) {
        await nextChange(crowdedMs);
        continue;
      }
      try {
        if (nth === 0) wasWoken = false;
        const handled = await pass();
        failures = 0;
        if (handled >= size) wakeUp(helpers);
        else if (nth > 0 && handled === 0) await nextWake(helpers);
        else if (handled === 0 && !wasWoken && !isStopping)
          await nextWake(lookers, againInMs ?? parts.pollMs);
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
    /** A pacer has slots again. */
    launch,
    /** What is in hand and not on the wire. */
    *waiting(): Iterable<Errand> {
      for (const { waiting } of queues.values()) for (const { errand } of waiting) yield errand;
    },
    /** Gives back what must not leave any more as it was leased. */
    recall(isOff: (errand: Errand) => boolean): void {
      for (const queue of queues.values()) {
        const { off = [], on = [] } = Object.groupBy(queue.waiting, ({ errand }) =>
          isOff(errand) ? 'off' : 'on',
        );
        queue.waiting = on;
        for (const { errand } of off) parts.giveBack(errand);
      }
      changed();
    },
    get isIdle() {
      return inFlight === 0 && countWaiting() === 0 && passing === 0;
    },
    /** Resolves when nothing is in hand, rows that a pass is just leasing included. */
    async idle(): Promise<void> {
      while (inFlight > 0 || countWaiting() > 0 || passing > 0) await nextChange(50);
    },
    /** Gives back what is not on the wire yet, and lets the rest end. */
    async stop(): Promise<void> {
      isStopping = true;
      wakeUp(lookers);
      wakeUp(helpers);
      changed();
      await running;
      clearTimeout(timer);
      for (const { waiting } of queues.values())
        for (const { errand } of waiting.splice(0)) parts.giveBack(errand);
      while (inFlight > 0) await nextChange(50);
    },
  };
}

/** Counts what happened within the last `spanMs` or the span before, whichever was more. */
function createRecentCount(spanMs: number) {
  let from = performance.now();
  let [before, current] = [0, 0];
  const turn = () => {
    const passedMs = performance.now() - from;
    if (passedMs < spanMs) return;
    before = passedMs < 2 * spanMs ? current : 0;
    current = 0;
    from = performance.now();
  };
  return {
    add(): void {
      turn();
      current += 1;
    },
    count(): number {
      turn();
      return Math.max(before, current);
    },
  };
}
