import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { cancelMarketing, enqueuePush } from '#outbox/enqueue.ts';
import { news, offer, tip } from './message-kinds.ts';
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
  clock.set('2026-12-01T04:00:00Z');
  await sql`update line_friends set state = 'following', marketing = 'all'`.execute(db);
  await sql`truncate outbox_caps, outbox_offered`.execute(db);
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

  const stop = (person: number) =>
    inTx(async (tx) => {
      await sql`update line_friends set marketing = 'stopped' where line_user_id = ${userId(person)}`.execute(
        tx,
      );
      await cancelMarketing(tx, userId(person), 'stopped');
    });
  const block = (person: number) =>
    sql`update line_friends set state = 'blocked' where line_user_id = ${userId(person)}`.execute(db);
  const tooMany = { status: 429, message: 'The API rate limit has been exceeded.' };
  const lost = { reset: true as const, accept: false };
  const afterTry = async (fault: typeof tooMany | typeof lost, meanwhile: () => Promise<unknown>) => {
    line.fail(/multicast/, fault);
    await house.courier().drain(0);
    await meanwhile();
    await makeDue();
    await house.courier().drain();
  };

  it.each([
    ['somebody says stop', () => stop(3), 'stopped'],
    ['the one whose row holds the body says stop', () => stop(1), 'stopped'],
    ['somebody leaves', () => block(3), 'not_a_friend'],
    ['the one whose row holds the body leaves', () => block(1), 'not_a_friend'],
  ])(
    'that certainly did not leave is dissolved when %s, and the others get theirs',
    async (_name, meanwhile, reason) => {
      await plan(offer, people(5), 'the same for all');
      await afterTry(tooMany, meanwhile);
      const skipped = (await rows()).filter(({ state }) => state === 'skipped');
      expect(skipped).toMatchObject([{ reason }]);
      const others = people(5)
        .map(userId)
        .filter((id) => id !== skipped[0]?.person);
      expect(line.deliveries.map(({ to }) => to)).toEqual(others);
      expect(line.deliveries.map(({ via }) => via)).toEqual(Array(4).fill('multicast'));
      expect(new Set(line.calls.map(({ retryKey }) => retryKey)).size).toBe(2);
    },
  );

  it('that certainly did not leave asks again who is still to be told, and counts on the day on which it leaves', async () => {
    await plan(offer, people(5), 'the same for all');
    await plan(tip, [2], 'on the same day');
    await sql`update outbox_messages set due_at = ${new Date(clock.now().getTime() + 60_000)} where kind = ${tip.key}`.execute(
      db,
    );
    await afterTry(tooMany, async () => {
      expect((await sql`select from outbox_caps`.execute(db)).rows).toHaveLength(0);
      clock.set('2026-12-02T04:00:00Z');
      await sql`update outbox_messages set due_at = ${clock.now()}, priority = 1 where kind = ${tip.key}`.execute(
        db,
      );
      await sql`update outbox_messages set data = '{"text": "the same for all", "isOver": true}'
                where line_user_id = ${userId(4)}`.execute(db);
    });
    const seen = await rows();
    const endOf = (person: number) =>
      seen
        .filter(({ kind, person: to }) => kind === offer.key && to === userId(person))
        .map(({ state, reason }) => [state, reason]);
    expect(endOf(4)).toEqual([['skipped', 'over']]);
    expect(endOf(2)).toEqual([['skipped', 'cap']]);
    expect([1, 3, 5].flatMap(endOf).map(([state]) => state)).toEqual(['sent', 'sent', 'sent']);
    const counted = await sql<{ day: string }>`select sent_on as day from outbox_caps`.execute(db);
    expect(counted.rows).toEqual(Array(4).fill({ day: '2026-12-02' }));
  });

  it('goes on without the one whose kind cannot be asked', async () => {
    await plan(offer, people(5), 'the same for all');
    await afterTry(tooMany, () =>
      sql`update outbox_messages set data = '{"text": "sql"}' where line_user_id = ${userId(1)}`.execute(db),
    );
    expect((await states()).toSorted()).toEqual(['failed', 'sent', 'sent', 'sent', 'sent']);
    expect(line.deliveries).toHaveLength(4);
  });

  it.each([
    ['somebody says stop', () => stop(3)],
    ['the one whose row holds the body says stop', () => stop(1)],
    ['somebody leaves', () => block(3)],
    ['the one whose row holds the body leaves', () => block(1)],
  ])(
    'that may be on its way is tried again as it was although %s: nobody is lost',
    async (_name, meanwhile) => {
      await plan(offer, people(5), 'the same for all');
      await afterTry(lost, meanwhile);
      expect(await states()).toEqual(Array(5).fill('sent'));
      expect(line.calls).toHaveLength(2);
      expect(line.calls[1]?.retryKey).toBe(line.calls[0]?.retryKey);
      expect(line.calls[1]?.bytes.equals(line.calls[0]!.bytes)).toBe(true);
    },
  );

  it('that may have arrived ten minutes ago is not tried again once somebody says stop: its rows stop as unknown', async () => {
    await plan(offer, people(5), 'the same for all');
    await afterTry(lost, async () => {
      await stop(3);
      await sql`update outbox_messages set first_try_at = now() - interval '11 minutes'`.execute(db);
    });
    expect(await states()).toEqual(Array(5).fill('unknown'));
    expect(line.calls).toHaveLength(1);
  });

  it('that may have arrived ten minutes ago is tried again although somebody left', async () => {
    await plan(offer, people(5), 'the same for all');
    await afterTry(lost, async () => {
      await block(1);
      await sql`update outbox_messages set first_try_at = now() - interval '11 minutes'`.execute(db);
    });
    expect(await states()).toEqual(Array(5).fill('sent'));
  });

  it('of a process that died with several in hand comes back whole, however many rows are taken back at once', async () => {
    const count = 1_200;
    await house.befriend(121, count);
    await sql`insert into outbox_keys (dedupe_key) select 'many:' || id from unnest(${people(count).map(userId)}::text[]) as u(id)`.execute(
      db,
    );
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
      select 'line_message', 'push', ${offer.key}, 'marketing', id, 'many:' || id, '{"text": "same"}'::jsonb, ${clock.now()}
      from unnest(${people(count).map(userId)}::text[]) as u(id)`.execute(db);
    let hung = 0;
    const never: typeof house.client.multicast = () => {
      hung += 1;
      return new Promise(() => undefined);
    };
    for (const nth of [1, 2, 3]) {
      const options = { batch: 400, lanes: ['messages'] as const };
      void house.courier({ client: { ...house.client, multicast: never }, options }).drain();
      await expect.poll(() => hung).toBe(nth);
    }
    const living = house.courier({ options: { lanes: ['messages'] } });
    living.start();
    await sql`update outbox_messages set lease_until = now() - interval '1 second' where state = 'sending'`.execute(
      db,
    );
    await expect.poll(async () => new Set(await states()), { timeout: 15_000 }).toEqual(new Set(['sent']));
    await living.stop();
    expect(new Set(line.deliveries.map(({ to }) => to)).size).toBe(count);
    expect(line.deliveries).toHaveLength(count);
  });
});
