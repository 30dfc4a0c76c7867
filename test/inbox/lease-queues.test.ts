import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { newUuid } from '#foundation/ids.ts';
import { finishEvents, type HeldEvent, LeaseLost, leaseQueues } from '../../src/inbox/lease-queues.ts';
import { openTestDatabase } from '../support/database.ts';
import { countRowsRead } from '../support/rows-read.ts';

// One connection: it keeps the plans that it made while the table was small.
const { db } = await openTestDatabase({ max: 1 });

const addQueues = (from: number, to: number, isDue: boolean) =>
  sql`
    insert into inbox_queues (queue_key, due_at)
    select 'user:' || n, case when ${isDue} then now() end from generate_series(${from}::int, ${to}::int) n`.execute(
    db,
  );

describe('queues', () => {
  it('are leased and given back by their keys, though PostgreSQL knew them as few', async () => {
    await addQueues(1, 300, false);
    await sql`analyze inbox_queues`.execute(db);
    const nobody = { queueKey: 'user:0', token: newUuid(), arrivals: 1 };
    for (let nth = 0; nth < 8; nth++) {
      await leaseQueues(db, 64);
      const finishing = db
        .transaction()
        .execute((tx) =>
          finishEvents(tx, [{ queue: nobody, event: { id: -1 } as HeldEvent['event'] }], { state: 'done' }),
        );
      await expect(finishing).rejects.toThrow(LeaseLost);
    }
    await addQueues(301, 6_000, false);
    await addQueues(6_001, 6_005, true);
    await sql`
      insert into inbox_events (event_key, queue_key, destination, event_type, event_at, received_at, body, state)
      select 'event-' || n, 'user:' || n, '', 'message', now(), now(), '{}', 'waiting'
      from generate_series(6001, 6005) n`.execute(db);
    await db.transaction().execute(async (tx) => {
      const before = await countRowsRead(tx, 'inbox_queues');
      const leased = await leaseQueues(tx, 64);
      expect(leased.map(({ queue }) => queue.queueKey).sort()).toEqual(
        [1, 2, 3, 4, 5].map((n) => `user:${6_000 + n}`),
      );
      const held = leased.filter((one): one is HeldEvent => one.event !== null);
      expect(await finishEvents(tx, held, { state: 'done' })).toEqual({ hasMore: false });
      expect((await countRowsRead(tx, 'inbox_queues')) - before).toBeLessThan(100);
    });
    const left =
      await sql`select from inbox_queues where due_at is not null or lease_token is not null`.execute(db);
    expect(left.rows).toEqual([]);
  });
});
