import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { cancelMarketing, enqueuePush } from '#outbox/enqueue.ts';
import { news, offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, inTx, rows } = house;
await house.befriend(1, 120);
const people = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

let made = 0;
const plan = (kind: typeof news, ids: readonly number[], text: string) =>
  inTx(async (tx) => {
    for (const person of ids) {
      const lineUserId = userId(person);
      const dueAt = clock.now();
      await enqueuePush(tx, kind, {
        dedupeKey: `m:${++made}`,
        lineUserId,
        memberId: null,
        dueAt,
        data: { text },
      });
    }
  });
const makeDue = () => sql`update outbox_messages set retry_at = now() - interval '1 second'`.execute(db);
const states = async () => (await rows()).map(({ state }) => state);

afterEach(async () => {
  line.clear();
  await sql`delete from outbox_caps`.execute(db);
  await sql`truncate outbox_messages, outbox_sent`.execute(db);
});

describe('a multicast', () => {
  it('carries identical offers of a batch in one call', async () => {
    await plan(offer, people(40), 'the same for all');
    await house.courier().drain();
    expect(line.calls.map(({ path }) => path)).toEqual(['/v2/bot/message/multicast']);
    expect(line.deliveries.map(({ to }) => to).toSorted()).toEqual(people(40).map(userId).toSorted());
    expect(new Set(await states())).toEqual(new Set(['sent']));
    expect(new Set((await rows()).map(({ retryKey }) => retryKey)).size).toBe(1);
  });

  it('is never made of service messages, nor of different words', async () => {
    await plan(news, people(3), 'your order');
    await plan(offer, [1], 'one');
    await plan(offer, [2], 'another');
    await house.courier().drain();
    expect(line.calls.map(({ path }) => path)).toEqual(Array(5).fill('/v2/bot/message/push'));
  });

  it.each([
    ['refused by 500', { status: 500 }],
    ['accepted without an answer', { reset: true as const, accept: true }],
  ])('%s is tried again with the same key, people and bytes', async (_name, fault) => {
    await plan(offer, people(10), 'the same for all');
    line.fail(/multicast/, fault);
    await house.courier().drain();
    expect(line.calls).toHaveLength(2);
    expect(line.calls[1]?.retryKey).toBe(line.calls[0]?.retryKey);
    expect(line.calls[1]?.bytes.equals(line.calls[0]!.bytes)).toBe(true);
    expect(line.deliveries).toHaveLength(10);
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });

  it('of a process that died between answer and commit is sent again as it was', async () => {
    await plan(offer, people(10), 'the same for all');
    const never: typeof house.client.multicast = async (...call) => {
      await house.client.multicast(...call);
      return new Promise(() => undefined);
    };
    const dead = house.courier({ client: { ...house.client, multicast: never } });
    void dead.drain();
    await expect.poll(() => line.deliveries.length).toBe(10);
    await sql`update outbox_messages set lease_until = now() - interval '1 second'`.execute(db);
    await house.courier().drain();
    expect(line.deliveries).toHaveLength(10);
    expect((await rows()).map(({ status }) => status)).toEqual(Array(10).fill(409));
  });

  it.each([
    [2, [2]],
    [9, [5]],
    [40, [1]],
    [40, [7, 8, 31]],
  ])(
    'of %i that LINE refuses is halved under new keys down to whom it does not know: %j',
    async (count, guilty) => {
      line.stranger(...guilty.map(userId));
      await plan(offer, people(count), 'the same for all');
      await house.courier().drain();
      const innocent = people(count).filter((person) => !guilty.includes(person));
      expect(line.deliveries.map(({ to }) => to).toSorted()).toEqual(innocent.map(userId).toSorted());
      const seen = await rows();
      expect(seen.filter(({ state }) => state === 'sent').length).toBe(innocent.length);
      expect(
        seen
          .filter(({ state }) => state === 'failed')
          .map(({ person }) => person)
          .toSorted(),
      ).toEqual(guilty.map(userId).toSorted());
      const bytesOf = Map.groupBy(line.calls, ({ retryKey }) => retryKey);
      for (const calls of bytesOf.values()) expect(calls).toHaveLength(1);
      expect(line.calls.length).toBeLessThanOrEqual(1 + 2 * guilty.length * Math.ceil(Math.log2(count)));
      if (count > 9) expect(line.deliveries.some(({ via }) => via === 'multicast')).toBe(true);
    },
  );

  it('keeps each half as it was frozen when its own call is lost', async () => {
    line.stranger(userId(3));
    await plan(offer, people(4), 'the same for all');
    line.fail(/multicast/, { status: 400, message: 'one of them is unknown' }, { reset: true, accept: true });
    await house.courier().drain();
    expect(line.deliveries.map(({ to }) => to).toSorted()).toEqual([1, 2, 4].map(userId));
    const bytesOf = Map.groupBy(line.calls, ({ retryKey }) => retryKey);
    for (const calls of bytesOf.values())
      expect(new Set(calls.map(({ bytes }) => bytes.toString())).size).toBe(1);
  });

  it('whose messages are what LINE refuses fails as a whole, in one call', async () => {
    await plan(offer, people(6), 'the same for all');
    line.fail(/multicast/, {
      status: 400,
      message: 'The request body has 1 error(s); messages[0].text: too long',
    });
    await house.courier().drain();
    expect(line.calls).toHaveLength(1);
    expect(await states()).toEqual(Array(6).fill('failed'));
  });

  it('that certainly did not leave is dissolved when somebody says stop, and the others get theirs', async () => {
    await plan(offer, people(5), 'the same for all');
    line.fail(/multicast/, { status: 429, message: 'The API rate limit has been exceeded.' });
    await house.courier().drain(0);
    await inTx((tx) => cancelMarketing(tx, userId(3), 'stopped'));
    await makeDue();
    await house.courier().drain();
    expect((await states()).toSorted()).toEqual(['sent', 'sent', 'sent', 'sent', 'skipped']);
    expect(line.deliveries.map(({ to }) => to)).not.toContain(userId(3));
    expect(line.deliveries.map(({ via }) => via)).toEqual(Array(4).fill('multicast'));
    expect(new Set(line.calls.map(({ retryKey }) => retryKey)).size).toBe(2);
  });

  it('that may have arrived is not tried again once somebody says stop: its rows stop as unknown', async () => {
    await plan(offer, people(5), 'the same for all');
    line.fail(/multicast/, { reset: true, accept: false });
    await house.courier().drain(0);
    await inTx((tx) => cancelMarketing(tx, userId(3), 'stopped'));
    await makeDue();
    await house.courier().drain();
    expect(await states()).toEqual(Array(5).fill('unknown'));
    expect(line.calls).toHaveLength(1);
  });
});
