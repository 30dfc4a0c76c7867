import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '#foundation/log.ts';
import { createEventStore, type EventStore } from '#inbox/store-events.ts';
import { webhookRoutes } from '#inbox/webhook-routes.ts';
import { openTestDatabase } from '../support/database.ts';
import {
  botUserId,
  channelSecret,
  lineEvent,
  newLineUserId,
  sign,
  textEvent,
  webhookBody,
} from '../support/webhook.ts';

const { db, pool } = await openTestDatabase();
const log = createLogger('silent');
const app = await openDoor(createEventStore(pool, () => undefined));
afterAll(() => app.close());

async function openDoor(store: EventStore) {
  const door = fastify();
  const channelSecrets = [channelSecret, 'f'.repeat(32)];
  await door.register(webhookRoutes({ channelSecrets, store, ourUserId: () => botUserId, log }));
  return door;
}

const post = (body: Buffer, headers: Record<string, string> = { 'x-line-signature': sign(body) }) =>
  app.inject({
    method: 'POST',
    url: '/line/webhook',
    payload: body,
    headers: { 'content-type': 'application/json', ...headers },
  });

const stored = () => db.selectFrom('inbox_events').selectAll().orderBy('id').execute();

beforeEach(async () => {
  await sql`truncate inbox_events, inbox_seen, inbox_queues, inbox_counts restart identity`.execute(db);
});

describe('POST /line/webhook', () => {
  it('stores each event of a signed body before it answers 200', async () => {
    const [anna, bo] = [newLineUserId(), newLineUserId()];
    const answer = await post(webhookBody(textEvent(anna, '點數'), textEvent(bo, '優惠券')));
    expect(answer.statusCode).toBe(200);
    expect((await stored()).map((row) => [row.queue_key, row.state])).toEqual([
      [`user:${anna}`, 'waiting'],
      [`user:${bo}`, 'waiting'],
    ]);
  });

  it("answers LINE's verify button", async () => {
    const answer = await post(webhookBody());
    expect(answer.statusCode).toBe(200);
    expect(await stored()).toEqual([]);
  });

  it('accepts a body under the secret before the current one', async () => {
    const body = webhookBody(textEvent(newLineUserId(), '點數'));
    expect((await post(body, { 'x-line-signature': sign(body, 'f'.repeat(32)) })).statusCode).toBe(200);
  });

  it.each([
    ['no signature', undefined],
    ['a garbled one', 'garbled'],
    ['one of another body', sign('{}')],
    ['one under an empty secret', 'sYrF2nzDDhaFXtcqbVLbxgUcvPQsgNQTHYLDJEhIgGY='],
  ])('refuses %s with 401 and stores no row', async (_what, signature) => {
    const body = webhookBody(textEvent(newLineUserId(), '點數'));
    const answer = await post(body, signature === undefined ? {} : { 'x-line-signature': signature });
    expect(answer.statusCode).toBe(401);
    expect(await stored()).toEqual([]);
  });

  it('stores an event that is delivered again once, with or without an id', async () => {
    const user = newLineUserId();
    const named = textEvent(user, '點數');
    const nameless = textEvent(user, '優惠券', { webhookEventId: undefined });
    await post(webhookBody(named, nameless, named));
    const redelivered = { deliveryContext: { isRedelivery: true } };
    await post(webhookBody({ ...nameless, ...redelivered }, { ...named, ...redelivered }));
    expect((await stored()).length).toBe(2);
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('takes an event of 100,000 nested %s like any other, once', async (_what, opening, closing) => {
    const user = newLineUserId();
    const deep = `${opening.repeat(100_000)}1${closing.repeat(100_000)}`;
    const bodyOf = (isRedelivery: boolean) => {
      const { webhookEventId: _, ...event } = textEvent(user, '點數', {
        timestamp: 1_790_000_000_000,
        replyToken: 'b60d432864f44d079f6d8efe86cf404b',
        message: { id: '1', type: 'text', text: '點數', more: 'DEEP' },
        deliveryContext: { isRedelivery },
      });
      const sound = textEvent(newLineUserId(), '優惠券');
      return Buffer.from(webhookBody(event, sound).toString().replace('"DEEP"', deep));
    };
    expect((await post(bodyOf(false))).statusCode).toBe(200);
    expect((await post(bodyOf(true))).statusCode).toBe(200);
    const rows = await stored();
    expect(rows.map((row) => row.state)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(rows.filter((row) => row.line_user_id === user)).toHaveLength(1);
    expect(rows[0]?.body?.includes(deep)).toBe(true);
  });

  it('stores events of another destination, acts on none and counts them', async () => {
    const body = Buffer.from(
      JSON.stringify({ destination: `U${'9'.repeat(32)}`, events: [textEvent(newLineUserId(), '點數')] }),
    );
    expect((await post(body)).statusCode).toBe(200);
    expect((await stored()).map((row) => row.ignored_reason)).toEqual(['other_destination']);
    const counts = await db.selectFrom('inbox_counts').selectAll().execute();
    expect(counts).toEqual([{ name: 'ignored:other_destination', count: 1 }]);
  });

  it('stores what a module channel holds, but lets nothing answer it', async () => {
    await post(webhookBody(textEvent(newLineUserId(), '點數', { mode: 'standby' })));
    expect((await stored()).map((row) => row.ignored_reason)).toEqual(['standby']);
  });

  it.each([
    ['NUL and a broken surrogate', textEvent(newLineUserId(), 'a\u0000b\ud800c')],
    [
      'an unknown type with unknown members',
      lineEvent(newLineUserId(), { type: 'hologram', hologram: { depth: 3 } }),
    ],
    ['no members at all', {}],
    ['a list instead of an event', []],
    ['null', null],
    ['a number', 7],
    ['hostile keys', JSON.parse('{"type":"message","__proto__":{"x":1},"constructor":{"prototype":{}}}')],
    ['a time in the year 9999', textEvent(newLineUserId(), 'x', { timestamp: 253_402_300_799_000 })],
    ['a negative time', textEvent(newLineUserId(), 'x', { timestamp: -1 })],
    ['an id of 5,000 characters', textEvent(newLineUserId(), 'x', { webhookEventId: 'i'.repeat(5_000) })],
    ['a malformed user id', textEvent('hoge', 'x')],
  ])('answers 200 to %s and goes on', async (_what, event) => {
    const user = newLineUserId();
    const answer = await post(webhookBody(event, textEvent(user, '點數')));
    expect(answer.statusCode).toBe(200);
    expect((await stored()).some((row) => row.line_user_id === user && row.state === 'waiting')).toBe(true);
  });

  it.each([
    ['{}'],
    ['[]'],
    ['null'],
    ['"x"'],
    ['{"events":null}'],
    ['not json'],
    [''],
    ['['.repeat(200_000)],
  ])('keeps the signed but unreadable body %.20j as one ignored row', async (text) => {
    const answer = await post(Buffer.from(text));
    expect(answer.statusCode).toBe(200);
    expect((await stored()).map((row) => row.ignored_reason)).toEqual(['unreadable']);
  });

  it('takes whatever content type comes with a signed body', async () => {
    const body = webhookBody(textEvent(newLineUserId(), '點數'));
    for (const type of ['text/plain', 'application/json; charset=utf-8', 'application/x-unknown'])
      expect((await post(body, { 'x-line-signature': sign(body), 'content-type': type })).statusCode).toBe(
        200,
      );
  });

  it('answers 503, never 200, when storing fails or takes over 1.5 s', async () => {
    const broken = await openDoor({ store: () => Promise.reject(new Error('disk full')) });
    const slow = await openDoor({ store: () => new Promise(() => undefined) });
    const body = webhookBody(textEvent(newLineUserId(), '點數'));
    for (const door of [broken, slow]) {
      const answer = await door.inject({
        method: 'POST',
        url: '/line/webhook',
        payload: body,
        headers: { 'x-line-signature': sign(body) },
      });
      expect(answer.statusCode).toBe(503);
      await door.close();
    }
  });

  it('stores many requests that come at once, each once, and spoils none for a bad neighbour', async () => {
    const bodies = Array.from({ length: 200 }, () => webhookBody(textEvent(newLineUserId(), '點數')));
    const answers = await Promise.all([...bodies, ...bodies].map((body) => post(body)));
    expect(answers.every((answer) => answer.statusCode === 200)).toBe(true);
    expect((await stored()).length).toBe(200);
  });

  const fixtures = join(process.cwd(), '../shared/reference/webhook-fixtures');
  it.runIf(existsSync(fixtures))('answers 200 to every body that LINE publishes', async () => {
    for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.json'))) {
      const answer = await post(readFileSync(join(fixtures, name)));
      expect([name, answer.statusCode]).toEqual([name, 200]);
    }
  });
});

describe('group commit', () => {
  it('falls back to single inserts when a batch fails', async () => {
    let calls = 0;
    const flaky = {
      query: (query: { values: unknown[][] }) => {
        calls++;
        if ((query.values[0]?.length ?? 0) > 1) return Promise.reject(new Error('a batch too many'));
        return pool.query(query as never);
      },
    };
    const store = createEventStore(flaky as never, () => undefined);
    const { readWebhookBody } = await import('#inbox/event-rules.ts');
    const requests = Array.from({ length: 5 }, () =>
      store.store(readWebhookBody(webhookBody(textEvent(newLineUserId(), '點數')), new Date(), botUserId)),
    );
    await Promise.all(requests);
    expect((await stored()).length).toBe(5);
    expect(calls).toBeGreaterThan(5);
  });
});
