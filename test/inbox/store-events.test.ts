import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { type IncomingEvent, readWebhookBody } from '#inbox/event-rules.ts';
import { storeEvents } from '#inbox/store-events.ts';
import { openTestDatabase } from '../support/database.ts';
import { newLineUserId, textEvent, webhookBody } from '../support/webhook.ts';

const { url } = await openTestDatabase();
const pool = new pg.Pool({ connectionString: url, max: 8 });
afterAll(() => pool.end());

const now = new Date('2026-11-22T04:00:00Z');
const read = (...events: unknown[]): IncomingEvent[] => readWebhookBody(webhookBody(...events), now, null);
const people = Array.from({ length: 10 }, newLineUserId);
const says = (nth: number) => read(textEvent(people[nth % people.length] as string, `第 ${nth} 句`));
const countRows = async (events: readonly IncomingEvent[], table: 'inbox_events' | 'inbox_seen') => {
  const keys = events.map((event) => event.eventKey);
  const counted = await pool.query(`select count(*)::int as count from ${table} where event_key = any($1)`, [
    keys,
  ]);
  return counted.rows[0].count as number;
};

describe('storing events', () => {
  it('keeps the fresh ones of a batch that brings back what was seen', async () => {
    const seen = says(0);
    await storeEvents(pool, seen);
    const batch = [...says(1), ...seen, ...says(2)];
    await storeEvents(pool, batch);
    expect([await countRows(batch, 'inbox_events'), await countRows(batch, 'inbox_seen')]).toEqual([3, 3]);
  });

  it('keeps an event once that comes twice in one batch, and several of one person', async () => {
    const one = says(3);
    await storeEvents(pool, [...one, ...says(3), ...one]);
    expect(await countRows(one, 'inbox_events')).toBe(1);
  });

  it('keeps each once when many store the same in different orders at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const events = Array.from({ length: 20 }, (_, nth) => says(nth)).flat();
      const ignored = read({ type: 'join', source: { type: 'group', groupId: `C${round}` }, timestamp: 1 });
      const orders = [events, events.toReversed(), [...events.slice(10), ...ignored, ...events.slice(0, 10)]];
      await Promise.all([...orders, ...orders].map((order) => storeEvents(pool, order)));
      expect(await countRows([...events, ...ignored], 'inbox_events')).toBe(21);
    }
  });

  it('makes a queue due for what arrives after it was emptied, and tells a holder that more has come', async () => {
    const [event] = says(4) as [IncomingEvent];
    await storeEvents(pool, [event]);
    const queue = async () => {
      const found = await pool.query(
        'select due_at is not null as due, arrivals from inbox_queues where queue_key = $1',
        [event.queueKey],
      );
      return found.rows[0] as { due: boolean; arrivals: number };
    };
    await pool.query('update inbox_queues set due_at = null where queue_key = $1', [event.queueKey]);
    await storeEvents(pool, says(4));
    expect((await queue()).due).toBe(true);
    await pool.query(
      `update inbox_queues set lease_token = gen_random_uuid(), lease_until = now() + interval '10 s'
       where queue_key = $1`,
      [event.queueKey],
    );
    const { arrivals } = await queue();
    await storeEvents(pool, says(4));
    expect(Number((await queue()).arrivals)).toBe(Number(arrivals) + 1);
  });
});
