import type { Db } from '../foundation/db.ts';
import { describeError, describeFault, isDatabaseOutage } from '../foundation/errors.ts';
import type { Logger } from '../foundation/log.ts';
import { listSaid } from './event-rules.ts';
import {
  countWaiting,
  type LeasedQueue,
  LeaseLost,
  leaseQueues,
  noteFailedTry,
  readOldestWaiting,
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

const pollMs = 100;
const outageMs = 500;

/**
 * Serves the queues: one event at a time per queue over any number of processes, different queues side by side.
 * `handle` carries an event out and closes it in one transaction.
 */
export function createInboxWorker(options: {
  db: Db;
  handle(event: StoredEvent, queue: LeasedQueue): Promise<void>;
  /** An event was given up: its sender may be told that nothing was changed. */
  giveUp?(event: StoredEvent): Promise<void>;
  log: Logger;
  atOnce: number;
}): InboxWorker {
  const { db, handle, log, atOnce } = options;
  let isRunning = false;
  let inHand = 0;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let lookAgain = false;
  const settled = new Set<Promise<void>>();

  async function look(): Promise<void> {
    if (!isRunning || isLooking) {
      lookAgain = true;
      return;
    }
    isLooking = true;
    let pause = pollMs;
    try {
      do {
        lookAgain = false;
        while (isRunning && inHand < atOnce) {
          const queues = await leaseQueues(db, atOnce - inHand);
          for (const queue of queues) take(queue);
          if (queues.length === 0) break;
        }
      } while (lookAgain && inHand < atOnce);
    } catch (error) {
      log.warn({ err: describeError(error) }, 'inbox not readable');
      pause = outageMs;
    }
    isLooking = false;
    clearTimeout(timer);
    if (isRunning) timer = setTimeout(() => void look(), pause);
  }

  function take(queue: LeasedQueue): void {
    inHand++;
    const served = serve(queue)
      .catch((error) => log.warn({ err: describeError(error) }, 'queue left to its lease'))
      .finally(() => {
        inHand--;
        settled.delete(served);
        if (isRunning) void look();
      });
    settled.add(served);
  }

  async function serve(queue: LeasedQueue): Promise<void> {
    while (isRunning) {
      const event = await readOldestWaiting(db, queue.queueKey);
      if (!event) break;
      if (event.isResting) return restQueue(db, queue, event.id);
      try {
        await handle(event, queue);
      } catch (error) {
        if (error instanceof LeaseLost) return;
        if (isDatabaseOutage(error)) throw error;
        const said = listSaid(event.body);
        const outcome = await noteFailedTry(db, queue, event, describeError(error, said));
        const err = error instanceof Error ? describeFault(error, said) : describeError(error, said);
        log.error({ err, eventId: event.id, outcome }, 'event failed');
        if (outcome === 'parked') await options.giveUp?.(event);
        return;
      }
    }
    await releaseQueue(db, queue);
  }

  return {
    start() {
      if (isRunning) return;
      isRunning = true;
      void look();
    },
    wake() {
      if (isRunning) void look();
    },
    async stop() {
      isRunning = false;
      clearTimeout(timer);
      await Promise.all(settled);
    },
    async drain() {
      for (;;) {
        await Promise.all(settled);
        if (settled.size === 0 && (await countWaiting(db)) === 0) return;
        void look();
        await new Promise((done) => setTimeout(done, 10));
      }
    },
  };
}
