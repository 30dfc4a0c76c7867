import type { Db } from '../foundation/db.ts';
import { describeError, describeFault, isDatabaseOutage } from '../foundation/errors.ts';
import type { Logger } from '../foundation/log.ts';
import { listSaid } from './event-rules.ts';
import {
  countWaiting,
  type HeldEvent,
  type Leased,
  LeaseLost,
  leaseQueues,
  noteFailedTry,
  releaseQueue,
  restQueue,
  type StoredEvent,
} from './lease-queues.ts';

export type InboxWorker = {
  start(): void;
  /** Something was stored by this very process: look now. */
  wake(): void;
  /** Lets events in hand finish; takes no more. */
  stop(): Promise<void>;
  /** Resolves when nothing waits any more, retries included. For tests. */
  drain(): Promise<void>;
};

/** Whoever stores in another process wakes nobody here. */
const defaultPollMs = 100;
const outageMs = 500;
/** Queues leased at once. Few groups at a time: while they are at work the next grows, and costs less an event. */
const groupSize = 64;
const groupsAtOnce = 2;

/**
 * Serves the queues: one event at a time per queue over any number of processes, different queues side by side.
 * `handle` carries an event out and closes it in one transaction.
 */
export function createInboxWorker(options: {
  db: Db;
  handle(held: HeldEvent): Promise<{ hasMore: boolean }>;
  /** Carries out what it can of several queues' events in one transaction: all or, when it throws, nothing. */
  handleTogether?(all: readonly HeldEvent[]): Promise<{ hasMore: boolean; rest: HeldEvent[] }>;
  /** An event was given up: its sender may be told that nothing was changed. */
  giveUp?(event: StoredEvent): Promise<void>;
  log: Logger;
  /** While so many events are handled alone no more are taken. */
  atOnce: number;
  pollMs?: number;
}): InboxWorker {
  const { db, log, atOnce, pollMs = defaultPollMs } = options;
  let isRunning = false;
  let groups = 0;
  let alone = 0;
  let mayHaveMore = true;
  let looking: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  const again = new Set<NodeJS.Timeout>();
  const settled = new Set<Promise<void>>();

  const hasRoom = () => isRunning && groups < groupsAtOnce && alone < atOnce;

  function wake(): void {
    mayHaveMore = true;
    look();
  }

  function look(): void {
    if (!hasRoom()) return;
    looking ??= leaseAll().finally(() => {
      looking = null;
    });
  }

  async function leaseAll(): Promise<void> {
    let pause = pollMs;
    try {
      while (hasRoom() && mayHaveMore) {
        mayHaveMore = false;
        const leased = await leaseQueues(db, groupSize);
        if (leased.length === groupSize) mayHaveMore = true;
        if (leased.length > 0) take(leased);
      }
    } catch (error) {
      log.warn({ err: describeError(error) }, 'inbox not readable');
      pause = outageMs;
    }
    clearTimeout(timer);
    if (isRunning) timer = setTimeout(wake, pause);
  }

  /** Counts what is in hand, and looks for more when it has ended. */
  function follow(work: Promise<void>, done: () => void): void {
    const followed = work
      .catch((error) => log.warn({ err: describeError(error) }, 'queues left to their leases'))
      .finally(() => {
        done();
        settled.delete(followed);
        if (mayHaveMore) look();
      });
    settled.add(followed);
  }

  function take(leased: readonly Leased[]): void {
    groups++;
    follow(serve(leased), () => {
      groups--;
    });
  }

  async function serve(leased: readonly Leased[]): Promise<void> {
    const held: HeldEvent[] = [];
    for (const { queue, event } of leased) {
      if (!event || !isRunning) await releaseQueue(db, queue);
      else if (event.isResting) await restQueue(db, queue, event.id);
      else held.push({ queue, event });
    }
    for (const one of await serveTogether(held)) {
      alone++;
      follow(serveAlone(one), () => {
        alone--;
      });
    }
  }

  /** @returns those that are to be served alone */
  async function serveTogether(held: readonly HeldEvent[]): Promise<readonly HeldEvent[]> {
    const [first] = held;
    if (!first || !options.handleTogether) return held;
    try {
      const { hasMore, rest } = await options.handleTogether(held);
      if (hasMore) mayHaveMore = true;
      return rest;
    } catch (error) {
      if (isDatabaseOutage(error)) throw error;
      if (held.length > 1) {
        // One of them is to blame, and will be told when it is served alone.
        log.debug({ count: held.length }, 'served one by one');
        return held;
      }
      await noteFailure(first, error);
      return [];
    }
  }

  async function serveAlone(held: HeldEvent): Promise<void> {
    try {
      const { hasMore } = await options.handle(held);
      if (hasMore) mayHaveMore = true;
    } catch (error) {
      if (isDatabaseOutage(error)) throw error;
      await noteFailure(held, error);
    }
  }

  async function noteFailure({ queue, event }: HeldEvent, error: unknown): Promise<void> {
    if (error instanceof LeaseLost) return;
    const said = listSaid(event.body);
    const next = await noteFailedTry(db, queue, event, describeError(error, said));
    const err = error instanceof Error ? describeFault(error, said) : describeError(error, said);
    log.error({ err, eventId: event.id, outcome: next === 'parked' ? next : 'again' }, 'event failed');
    if (next === 'parked') {
      mayHaveMore = true;
      await options.giveUp?.(event);
    } else wakeIn(next);
  }

  function wakeIn(ms: number): void {
    const timeout = setTimeout(() => {
      again.delete(timeout);
      wake();
    }, ms);
    again.add(timeout);
  }

  return {
    start() {
      if (isRunning) return;
      isRunning = true;
      wake();
    },
    wake,
    async stop() {
      isRunning = false;
      clearTimeout(timer);
      for (const timeout of again) clearTimeout(timeout);
      await looking;
      while (settled.size > 0) await Promise.all(settled);
    },
    async drain() {
      for (;;) {
        await Promise.all(settled);
        if (settled.size === 0 && (await countWaiting(db)) === 0) return;
        wake();
        await new Promise((done) => setTimeout(done, 10));
      }
    },
  };
}
