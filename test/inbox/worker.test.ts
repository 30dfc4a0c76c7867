import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '#foundation/log.ts';
import { readWebhookBody } from '#inbox/event-rules.ts';
import {
  finishEvents,
  type HeldEvent,
  LeaseLost,
  leaseQueues,
  noteFailedTry,
  restQueue,
  type StoredEvent,
} from '#inbox/lease-queues.ts';
import { storeEvents } from '#inbox/store-events.ts';
import { createInboxWorker } from '#inbox/worker.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { botUserId, newLineUserId, textEvent, webhookBody } from '../support/webhook.ts';

const { db, pool } = await openTestDatabase({ max: 30 });
const log = createLogger('silent');

const store = (...events: unknown[]) =>
  storeEvents(pool, readWebhookBody(webhookBody(...events), new Date(), botUserId));

const close = (held: HeldEvent, onLast: () => void = () => undefined) =>
  db.transaction().execute(async (tx) => {
    const carried = await finishEvents(tx, [held], { state: 'done' });
    onLast();
    return carried;
  });

const textOf = (event: StoredEvent): string => JSON.parse(event.body.toString()).message.text;

beforeEach(async () => {
  await sql`truncate inbox_events, inbox_seen, inbox_queues restart identity`.execute(db);
});

describe('the inbox worker', () => {
  it('serves a person oldest timestamp first, whatever the order of arrival', async () => {
    const user = newLineUserId();
    const now = Date.now();
    await store(
      textEvent(user, 'third', { timestamp: now }),
      textEvent(user, 'first', { timestamp: now - 2_000 }),
      textEvent(user, 'second', { timestamp: now - 1_000 }),
    );
    const seen: string[] = [];
    const worker = createInboxWorker({
      db,
      log,
      atOnce: 8,
      async handle(held) {
        seen.push(textOf(held.event));
        return close(held);
      },
    });
    worker.start();
    await worker.drain();
    await worker.stop();
    expect(seen).toEqual(['first', 'second', 'third']);
  });

  it('leaves what it has not come to when it stops due for the next', async () => {
    const user = newLineUserId();
    await store(textEvent(user, 'first'), textEvent(user, 'second'));
    const seen: string[] = [];
    const createWorker = (onServed: () => void) =>
      createInboxWorker({
        db,
        log,
        atOnce: 8,
        async handle(held) {
          seen.push(textOf(held.event));
          onServed();
          return close(held);
        },
      });
    const stopped = Promise.withResolvers<void>();
    const worker = createWorker(() => stopped.resolve(worker.stop()));
    worker.start();
    await stopped.promise;
    expect(seen).toEqual(['first']);

    const next = createWorker(() => undefined);
    next.start();
    await eventually(() => expect(seen).toEqual(['first', 'second']));
    await next.stop();
  });

  it('serves one event at a time per person over several workers, and different people side by side', async () => {
    const users = Array.from({ length: 20 }, newLineUserId);
    await store(...users.flatMap((user) => Array.from({ length: 10 }, (_, i) => textEvent(user, String(i)))));
    const inHand = new Map<string, number>();
    const done: string[] = [];
    let most = 0;
    let overlap = 0;
    const workers = Array.from({ length: 3 }, () =>
      createInboxWorker({
        db,
        log,
        atOnce: 6,
        async handle(held) {
          const { queueKey } = held.queue;
          const count = (inHand.get(queueKey) ?? 0) + 1;
          inHand.set(queueKey, count);
          overlap = Math.max(overlap, count);
          most = Math.max(
            most,
            [...inHand.values()].reduce((a, b) => a + b, 0),
          );
          await sql`select pg_sleep(0.002)`.execute(db);
          // From the commit on the next may be served, before we hear of it.
          const carried = await close(held, () => inHand.set(queueKey, count - 1));
          done.push(held.event.eventKey);
          return carried;
        },
      }),
    );
    for (const worker of workers) worker.start();
    await workers[0]?.drain();
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(overlap).toBe(1);
    expect(most).toBeGreaterThan(3);
    expect(new Set(done).size).toBe(200);
    expect(done.length).toBe(200);
  });

  it('tries a poisonous event five times, parks it with its error, and goes on with the next', async () => {
    const user = newLineUserId();
    await store(textEvent(user, 'poison', { timestamp: Date.now() - 5_000 }), textEvent(user, 'fine'));
    const tries: string[] = [];
    const worker = createInboxWorker({
      db,
      log,
      atOnce: 4,
      async handle(held) {
        tries.push(textOf(held.event));
        if (textOf(held.event) === 'poison') throw new Error('cannot digest');
        return close(held);
      },
    });
    worker.start();
    const dueNow = setInterval(
      () =>
        void sql`with woken as (update inbox_events set retry_at = now() where retry_at > now())
            update inbox_queues set due_at = now() where due_at > now()`.execute(db),
      20,
    );
    await worker.drain();
    clearInterval(dueNow);
    await worker.stop();
    expect(tries).toEqual(['poison', 'poison', 'poison', 'poison', 'poison', 'fine']);
    const parked = await db.selectFrom('inbox_events').selectAll().where('state', '=', 'parked').execute();
    expect(parked.map((row) => [row.attempts, row.error])).toEqual([[5, 'Error: cannot digest']]);
  });

  it('waits 0.2, 1, 3 and 8 s between the tries', async () => {
    await store(textEvent(newLineUserId(), 'poison'));
    const waits: number[] = [];
    for (;;) {
      await sql`update inbox_queues set due_at = now(), lease_token = null, lease_until = null`.execute(db);
      const [leased] = await leaseQueues(db, 1);
      const noted = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
      if ((await noteFailedTry(db, leased!.queue, leased!.event!, 'poison')) === 'parked') break;
      const due = await sql<{ least: number; most: number }>`
        select extract(epoch from due_at - clock_timestamp())::float8 as least,
               extract(epoch from due_at - ${noted.rows[0]!.at}::timestamptz)::float8 as most from inbox_queues`.execute(
        db,
      );
      const { least, most } = due.rows[0]!;
      waits.push(...[0.2, 1, 3, 8].filter((wait) => least <= wait && wait <= most + 0.001));
    }
    expect(waits).toEqual([0.2, 1, 3, 8]);
  });

  it('does not try a poisonous event sooner because something new arrives behind it', async () => {
    const user = newLineUserId();
    await store(textEvent(user, 'poison', { timestamp: Date.now() - 5_000 }));
    const [first] = await leaseQueues(db, 1);
    await noteFailedTry(db, first!.queue, { ...first!.event!, attempts: 3 }, 'poison');
    await store(textEvent(user, 'next'));
    const [again] = await leaseQueues(db, 1);
    const oldest = again!.event!;
    expect([textOf(oldest), oldest.isResting]).toEqual(['poison', true]);
    await restQueue(db, again!.queue, oldest.id);
    expect(await leaseQueues(db, 1)).toEqual([]);
  });

  it('counts an outage of the database as no try', async () => {
    await store(textEvent(newLineUserId(), 'x'));
    let calls = 0;
    const worker = createInboxWorker({
      db,
      log,
      atOnce: 1,
      async handle(held) {
        if (++calls === 1) throw Object.assign(new Error('terminating connection'), { code: '57P01' });
        return close(held);
      },
    });
    worker.start();
    const endLease = setInterval(
      () => void sql`update inbox_queues set lease_until = now() where lease_until is not null`.execute(db),
      50,
    );
    await worker.drain();
    clearInterval(endLease);
    await worker.stop();
    const rows = await db.selectFrom('inbox_events').select(['state', 'attempts']).execute();
    expect(rows).toEqual([{ state: 'done', attempts: 0 }]);
  });

  it('refuses the late work of a holder that was overtaken', async () => {
    await store(textEvent(newLineUserId(), 'x'));
    const [slow] = await leaseQueues(db, 1);
    expect(await leaseQueues(db, 1)).toEqual([]);
    await sql`update inbox_queues set lease_until = now() - interval '1 second'`.execute(db);
    const [quick] = await leaseQueues(db, 1);
    const event = slow!.event!;
    await expect(close({ queue: slow!.queue, event })).rejects.toBeInstanceOf(LeaseLost);
    await close({ queue: quick!.queue, event });
    expect((await db.selectFrom('inbox_events').select('state').execute()).map((row) => row.state)).toEqual([
      'done',
    ]);
  });

  it('loses no event that arrives while its queue is being closed', async () => {
    const user = newLineUserId();
    const done = new Set<string>();
    const worker = createInboxWorker({
      db,
      log,
      atOnce: 2,
      async handle(held) {
        const carried = await close(held);
        done.add(textOf(held.event));
        return carried;
      },
    });
    worker.start();
    for (let i = 0; i < 150; i++) {
      await store(textEvent(user, String(i)));
      worker.wake();
    }
    await worker.drain();
    await worker.stop();
    expect(done.size).toBe(150);
  });
});
