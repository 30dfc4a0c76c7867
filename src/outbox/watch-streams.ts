import { sql } from 'kysely';
import type { Db } from '#foundation/db.ts';
import { describeError } from '#foundation/errors.ts';
import { idList } from '#foundation/lists.ts';
import type { Logger } from '#foundation/log.ts';
import type { Errand } from './retry-rules.ts';

const everyMs = 1_000;

/**
 * Calls back what a process has in hand of streams that were paused, stopped or given another pace since it was
 * leased: with a slow LINE or many processes it would leave for seconds after.
 */
export function createStreamWatch(parts: {
  db: Db;
  log: Logger;
  /** What is leased and not on the wire. */
  inHand(): Iterable<Errand>;
  recall(isOff: (errand: Errand) => boolean): void;
}) {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopping = false;

  async function look(): Promise<void> {
    const ids = new Set<number>();
    for (const { stream } of parts.inHand()) if (stream) ids.add(stream.id);
    if (ids.size === 0) return;
    const running = await sql<{ id: number; pacePerSecond: number | null }>`
      select id, pace_per_second as "pacePerSecond" from outbox_streams
      where id = any((select ${idList([...ids])})::bigint[]) and state = 'running'`.execute(parts.db);
    const paceOf = new Map(running.rows.map(({ id, pacePerSecond }) => [id, pacePerSecond]));
    parts.recall(
      ({ stream }) => stream !== null && ids.has(stream.id) && paceOf.get(stream.id) !== stream.pacePerSecond,
    );
  }

  function lookLater(): void {
    timer = setTimeout(() => {
      looking = look()
        .catch((error) => parts.log.warn({ err: describeError(error) }, 'streams not looked at'))
        .finally(() => {
          if (!isStopping) lookLater();
        });
    }, everyMs);
  }

  return {
    start(): void {
      if (timer === undefined) lookLater();
    },
    async stop(): Promise<void> {
      isStopping = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
