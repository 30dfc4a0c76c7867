import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '#foundation/db.ts';
import { describeError, isDatabaseOutage } from '#foundation/errors.ts';
import type { Logger } from '#foundation/log.ts';
import { type Settlement, settleRows } from './settle-rows.ts';

const gatherMs = 40;
/** Rows in one statement; a multicast settles hundreds at once. */
const maxAtOnce = 1_000;

/**
 * Writes the ends of tries down in groups, 40 ms apart. While the database is away they wait in memory; should the
 * process die with them, the leases run out and the rows are tried again under the same keys.
 */
export function gatherSettlements(parts: {
  db: Db;
  log: Logger;
  /** So many ends came too late. */
  onRefused?(rows: number): void;
}) {
  let waiting: Settlement[] = [];
  let writing: Promise<void> | null = null;
  let isGivingUp = false;
  let endPause: () => void = () => undefined;

  async function write(): Promise<void> {
    await gather();
    let failures = 0;
    let groupSize = maxAtOnce;
    while (waiting.length > 0) {
      const group = waiting.slice(0, countWithin(waiting, groupSize));
      try {
        const { expected, taken } = await settleRows(parts.db, group);
        waiting = waiting.slice(group.length);
        failures = 0;
        if (taken < expected) {
          parts.onRefused?.(expected - taken);
          parts.log.warn({ refused: expected - taken }, 'ends of tries came after their leases had run out');
        }
      } catch (error) {
        failures += 1;
        parts.log.error(
          { err: describeError(error), waiting: waiting.length },
          'ends of tries not written yet',
        );
        if (isGivingUp && failures >= 3) {
          waiting = [];
          return;
        }
        // One end that the database refuses must not hold up the others: its row's lease will run out.
        if (!isDatabaseOutage(error) && failures > 3) {
          if (groupSize === 1) waiting = waiting.slice(1);
          groupSize = 1;
        }
        await pause(Math.min(2_000, 50 * 2 ** failures));
      }
    }
  }

  /** Until the group is worth writing, or somebody waits for it. */
  function gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, gatherMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** How many settlements have so many rows together; one at least. */
  function countWithin(settlements: readonly Settlement[], most: number): number {
    let rows = 0;
    const over = settlements.findIndex(({ errand }) => {
      rows += errand.ids.length;
      return rows > most;
    });
    return over < 0 ? settlements.length : Math.max(1, over);
  }

  function add(settlement: Settlement): void {
    waiting.push(settlement);
    writing ??= write().finally(() => {
      writing = null;
    });
  }

  return {
    add,
    get size() {
      return waiting.length;
    },
    /** Resolves when all is written. */
    async flush(): Promise<void> {
      while (writing) {
        endPause();
        await writing;
      }
    },
    /** The same, but gives up after three failures: for a process that must end. */
    async close(): Promise<void> {
      isGivingUp = true;
      while (writing) {
        endPause();
        await writing;
      }
    },
  };
}
