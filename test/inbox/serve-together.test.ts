import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '#foundation/log.ts';
import { readWebhookBody } from '#inbox/event-rules.ts';
import { finishEvents, type HeldEvent, LeaseLost, leaseQueues } from '#inbox/lease-queues.ts';
import { storeEvents } from '#inbox/store-events.ts';
import { createInboxWorker } from '#inbox/worker.ts';
import { openTestDatabase } from '../support/database.ts';
import { botUserId, newLineUserId, textEvent, webhookBody } from '../support/webhook.ts';

const { db, pool } = await openTestDatabase({ max: 30 });
const log = createLogger('silent');

const store = (...events: unknown[]) =>
  storeEvents(pool, readWebhookBody(webhookBody(...events), new Date(), botUserId));
const textOf = ({ event }: HeldEvent): string => JSON.parse(event.body.toString()).message.text;
const close = (...held: HeldEvent[]) =>
  db.transaction().execute((tx) => finishEvents(tx, held, { state: 'done' }));

async function hold(limit: number): Promise<HeldEvent[]> {
  return (await leaseQueues(db, limit)).map(({ queue, event }) => ({ queue, event: event! }));
}

const states = async () =>
  (
    await sql<{ state: string; attempts: number }>`
      select state, attempts from inbox_events order by state, attempts desc`.execute(db)
  ).rows.map(({ state, attempts }) => `${state} ${attempts}`);

beforeEach(async () => {
  await sql`truncate inbox_events, inbox_seen, inbox_queues restart identity`.execute(db);
});

describe('events of several people in one transaction', () => {
  it('are carried out together, apart from those that cannot be', async () => {
    const people = Array.from({ length: 12 }, newLineUserId);
    await store(...people.map((user, i) => textEvent(user, i % 4 === 0 ? 'alone' : 'together')));
    const together: string[][] = [];
    const alone: string[] = [];
    const worker = createInboxWorker({
      db,
      log,
      atOnce: 12,
      async handle(held) {
        alone.push(textOf(held));
        return close(held);
      },
      async handleTogether(all) {
        const fit = all.filter((held) => textOf(held) === 'together');
        together.push(fit.map(textOf));
        const { hasMore } = await close(...fit);
        return { hasMore, rest: all.filter((held) => !fit.includes(held)) };
      },
    });
    worker.start();
    await worker.drain();
    await worker.stop();
    expect(together).toEqual([Array(9).fill('together')]);
    expect(alone).toEqual(Array(3).fill('alone'));
    expect(await states()).toEqual(Array(12).fill('done 0'));
  });

  it('are carried out one by one when one of them spoils it, and only that one is tried again', async () => {
    const people = Array.from({ length: 6 }, newLineUserId);
    await store(...people.map((user, i) => textEvent(user, i === 3 ? 'poison' : 'fine')));
    const done: string[] = [];
    const digest = (held: HeldEvent) => {
      if (textOf(held) === 'poison') throw new Error('cannot digest');
    };
    const worker = createInboxWorker({
      db,
      log,
      atOnce: 6,
      async handle(held) {
        digest(held);
        done.push(textOf(held));
        return close(held);
      },
      async handleTogether(all) {
        return db.transaction().execute(async (tx) => {
          const carried = await finishEvents(tx, all, { state: 'done' });
          for (const held of all) digest(held);
          return { ...carried, rest: [] };
        });
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
    expect(done).toEqual(Array(5).fill('fine'));
    expect(await states()).toEqual([...Array(5).fill('done 0'), 'parked 5']);
  });

  it('are all refused when the queue of one was taken over', async () => {
    await store(...['a', 'b', 'c'].map((text) => textEvent(newLineUserId(), text)));
    const held = await hold(3);
    await sql`update inbox_queues set lease_until = now() - interval '1 second'
              where queue_key = ${held[1]!.queue.queueKey}`.execute(db);
    await leaseQueues(db, 1);
    await expect(close(...held)).rejects.toBeInstanceOf(LeaseLost);
    expect(await states()).toEqual(Array(3).fill('waiting 0'));
    expect(await close(held[0]!, held[2]!)).toEqual({ hasMore: false });
  });

  it('tell whether more waits behind one of them', async () => {
    const [one, other] = [newLineUserId(), newLineUserId()];
    await store(textEvent(one, 'first'), textEvent(other, 'only'));
    await store(textEvent(one, 'second', { timestamp: Date.now() + 1_000 }));
    expect(await close(...(await hold(2)))).toEqual({ hasMore: true });
    const next = await hold(2);
    expect(next.map(textOf)).toEqual(['second']);
    expect(await close(...next)).toEqual({ hasMore: false });
  });

  it('lose nothing and never lock up while more of the same people arrive', async () => {
    const people = Array.from({ length: 40 }, newLineUserId);
    const done: string[] = [];
    const faults: unknown[] = [];
    const createWorker = () =>
      createInboxWorker({
        db,
        log,
        atOnce: 8,
        handle: (held) => close(held),
        async handleTogether(all) {
          try {
            const carried = await close(...all);
            done.push(...all.map(textOf));
            return { ...carried, rest: [] };
          } catch (error) {
            faults.push(error);
            throw error;
          }
        },
      });
    const workers = [createWorker(), createWorker()];
    for (const worker of workers) worker.start();
    const arrive = async (round: number) => {
      const shuffled = people.toSorted((a, b) => (a + round < b + round === (round % 2 === 0) ? -1 : 1));
      await store(...shuffled.map((user, i) => textEvent(user, `${round}:${i}`)));
      for (const worker of workers) worker.wake();
    };
    for (let round = 0; round < 15; round++) {
      await Promise.all([arrive(3 * round), arrive(3 * round + 1), arrive(3 * round + 2)]);
    }
    await workers[0]?.drain();
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(faults).toEqual([]);
    expect(new Set(done).size).toBe(45 * people.length);
    expect(done.length).toBe(45 * people.length);
  });
});
