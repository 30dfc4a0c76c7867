import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { addMs } from '#foundation/clock.ts';
import { controlStream } from '#outbox/control-stream.ts';
import { cancelMarketing, enqueuePush } from '#outbox/enqueue.ts';
import { openStream } from '#outbox/open-stream.ts';
import { planStream } from '#outbox/plan-stream.ts';
import { countStream, isStreamOpen, readStream } from '#outbox/stream-reads.ts';
import { news, offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, inTx, rows } = house;
await house.befriend(1, 120);

afterEach(async () => {
  line.clear();
  await sql`truncate outbox_messages, outbox_sent, outbox_keys, outbox_streams cascade`.execute(db);
  await sql`truncate outbox_caps, outbox_offered`.execute(db);
});

let campaigns = 0;
const open = (pacePerSecond: number | null = null) =>
  inTx((tx) =>
    openStream(tx, {
      sourceRef: `campaign:${++campaigns}`,
      pacePerSecond,
      quiet: 'hold',
      now: clock.now(),
    }),
  );
/** Everybody from `from` to `to`, who is member of the same number; every other one is arm 'b'. */
const plan = (streamId: number, from: number, to: number, text = 'offer {n}') =>
  inTx((tx) =>
    planStream(tx, {
      streamId,
      kind: offer,
      select: sql`
        select n, 'U' || lpad(to_hex(n), 32, '0'), case when n % 2 = 0 then 'b' else 'a' end, 'unit-1',
               jsonb_build_object('text', replace(${text}, '{n}', n::text))
        from generate_series(${from}::int, ${to}::int) n`,
      dueAt: clock.now(),
      expiresAt: null,
    }),
  );
const control = (streamId: number, input: Omit<Parameters<typeof controlStream>[1], 'streamId'>) =>
  inTx((tx) => controlStream(tx, { streamId, ...input }));
const states = async () => (await rows()).map(({ state }) => state);

describe('a stream', () => {
  it('is planned batch by batch, each person once, and counted by state and arm', async () => {
    const stream = await open();
    expect(await plan(stream, 1, 30)).toBe(30);
    expect(await plan(stream, 21, 40)).toBe(10);
    expect(await countStream(db, stream)).toEqual([
      { arm: 'a', state: 'planned', reason: null, count: 20 },
      { arm: 'b', state: 'planned', reason: null, count: 20 },
    ]);
    line.fail(/push/, { status: 400, message: 'bad' });
    await house.courier().drain();
    const counts = await countStream(db, stream);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(40);
    expect(counts.find(({ state }) => state === 'failed')).toMatchObject({ reason: 'bad', count: 1 });
    expect(line.deliveries).toHaveLength(39);
    expect(await isStreamOpen(db, stream)).toBe(false);
  });

  it('is planned once by four planners at a time', async () => {
    const stream = await open();
    const planned = await Promise.all(Array.from({ length: 4 }, () => plan(stream, 1, 100)));
    expect(planned.reduce((sum, count) => sum + count)).toBe(100);
    expect(await rows()).toHaveLength(100);
  });

  it('opened twice is one stream, as it was opened first', async () => {
    const opening = { sourceRef: 'campaign:same', quiet: 'skip' as const, now: clock.now() };
    const first = await inTx((tx) => openStream(tx, { ...opening, pacePerSecond: 7 }));
    const second = await inTx((tx) => openStream(tx, { ...opening, pacePerSecond: null }));
    expect(second).toBe(first);
    expect(await readStream(db, first)).toMatchObject({ state: 'running', pacePerSecond: 7, quiet: 'skip' });
  });

  it('tells LINE its name for counting, in pushes, in multicasts, and when a multicast is taken apart', async () => {
    const stream = await open();
    await plan(stream, 1, 1);
    await plan(stream, 2, 9, 'the same');
    line.fail(/multicast/, { status: 400, message: 'one of them' });
    await house.courier().drain();
    const units = line.calls.map(({ bytes }) => JSON.parse(bytes.toString()).customAggregationUnits);
    expect(units.length).toBeGreaterThanOrEqual(4);
    expect(units.every((unit) => unit?.[0] === 'unit-1')).toBe(true);
  });

  it('comes after service messages that are due', async () => {
    const stream = await open();
    await plan(stream, 1, 50);
    await inTx((tx) =>
      enqueuePush(tx, news, {
        dedupeKey: 'news:1',
        lineUserId: userId(60),
        memberId: null,
        dueAt: clock.now(),
        data: { text: 'news' },
      }),
    );
    await house.courier({ options: { batch: 10 } }).drain();
    expect(line.deliveries.findIndex(({ to }) => to === userId(60))).toBeLessThan(10);
  });

  it('is left alone while it is paused, and goes on where it was', async () => {
    const [paused, running] = [await open(), await open()];
    await plan(paused, 1, 10);
    await plan(running, 11, 20);
    await control(paused, { state: 'paused' });
    await house.courier().drain();
    expect(line.deliveries).toHaveLength(10);
    expect(await countStream(db, paused)).toMatchObject([{ state: 'planned' }, { state: 'planned' }]);
    await control(paused, { state: 'running' });
    await house.courier().drain();
    expect(line.deliveries).toHaveLength(20);
  });

  it('that is stopped ends what has not left, and never runs again', async () => {
    const stream = await open();
    await plan(stream, 1, 50);
    line.fail(/push/, { status: 500, accept: true });
    await house.courier({ options: { batch: 1 } }).drain(0);
    await control(stream, { state: 'paused' });
    await plan(stream, 51, 70);
    expect(await control(stream, { state: 'stopped' })).toEqual({ ok: true });
    expect(await control(stream, { state: 'running' })).toEqual({ ok: false, reason: 'already_stopped' });
    await house.courier().drain();
    expect(await isStreamOpen(db, stream)).toBe(false);
    const skipped = (await countStream(db, stream)).filter(({ reason }) => reason === 'stopped_by_staff');
    expect(skipped.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(20);
    expect(await control(999_999, { state: 'paused' })).toEqual({ ok: false, reason: 'not_found' });
  });

  it('is stopped and slowed while couriers run', async () => {
    const stream = await open(20);
    await plan(stream, 1, 120);
    const courier = house.courier();
    courier.start();
    await expect.poll(() => line.deliveries.length).toBeGreaterThan(5);
    await control(stream, { state: 'stopped' });
    await expect.poll(() => isStreamOpen(db, stream)).toBe(false);
    await courier.stop();
    // At its pace a hundred would take five seconds.
    expect(line.deliveries.length).toBeLessThan(100);
  });

  describe('of which several couriers have rows in hand while LINE is slow', () => {
    const slowly: typeof house.client.push = async (...call) => {
      await sleep(100);
      return house.client.push(...call);
    };
    const atWork = async () => {
      const stream = await open();
      await plan(stream, 1, 120);
      const couriers = [1, 2, 3].map(() =>
        house.courier({ client: { ...house.client, push: slowly }, options: { sockets: 1 } }),
      );
      for (const courier of couriers) courier.start();
      await expect.poll(() => line.calls.length).toBeGreaterThan(3);
      return { stream, stop: () => Promise.all(couriers.map((courier) => courier.stop())) };
    };
    const inHand = async () => (await states()).filter((state) => state === 'sending').length;

    it.each([['paused'], ['stopped']] as const)('sends nothing more soon after it is %s', async (state) => {
      const { stream, stop } = await atWork();
      expect(await inHand()).toBeGreaterThan(30);
      await control(stream, { state });
      await expect.poll(inHand, { timeout: 4_000 }).toBe(0);
      const sent = line.deliveries.length;
      expect(sent).toBeLessThan(75);
      await sleep(500);
      expect(line.deliveries).toHaveLength(sent);
      await control(stream, { state: 'running' });
      await stop();
    });

    it('keeps to a new pace soon after it was given', async () => {
      const { stream, stop } = await atWork();
      await control(stream, { pacePerSecond: 2 });
      await sleep(2_500);
      const before = line.calls.length;
      expect(before).toBeLessThan(75);
      await sleep(2_000);
      expect(line.calls.length - before).toBeLessThanOrEqual(5);
      await stop();
    });
  });

  it('keeps to its own pace over all couriers', async () => {
    const stream = await open(100);
    await plan(stream, 1, 60);
    const startedAt = performance.now();
    await Promise.all([house.courier().drain(), house.courier().drain()]);
    expect(line.deliveries).toHaveLength(60);
    expect(performance.now() - startedAt).toBeGreaterThan(350);
    const other = await open(1);
    await plan(other, 61, 61);
    await control(other, { pacePerSecond: null });
    expect(await readStream(db, other)).toMatchObject({ pacePerSecond: null, state: 'running' });
  });

  it('skips whoever said stop when the row comes due', async () => {
    const stream = await open();
    await plan(stream, 1, 3);
    await inTx(async (tx) => {
      await sql`update line_friends set marketing = 'stopped' where line_user_id = ${userId(2)}`.execute(tx);
      await cancelMarketing(tx, userId(2), 'stopped');
    });
    await house.courier().drain();
    await sql`update line_friends set marketing = 'all'`.execute(db);
    expect((await states()).toSorted()).toEqual(['sent', 'sent', 'skipped']);
  });

  it('never sends a multicast again to somebody who said stop after the first try', async () => {
    const stream = await open();
    await plan(stream, 1, 5, 'the same');
    line.fail(/multicast/, { status: 429, message: 'The API rate limit has been exceeded.' });
    await house.courier().drain(0);
    await sql`update line_friends set marketing = 'stopped' where line_user_id = ${userId(3)}`.execute(db);
    await sql`update outbox_messages set retry_at = now() - interval '1 second'`.execute(db);
    await house.courier().drain();
    await sql`update line_friends set marketing = 'all'`.execute(db);
    expect((await states()).toSorted()).toEqual(['sent', 'sent', 'sent', 'sent', 'skipped']);
    expect(line.deliveries.map(({ to }) => to)).not.toContain(userId(3));
  });

  it('ends rows in the month of their end, where no partition is made too', async () => {
    const stream = await open();
    await plan(stream, 1, 1);
    await house.courier().drain();
    await sql`update outbox_sent set finished_at = ${addMs(clock.now(), 900 * 86_400_000)}`.execute(db);
    const where = await sql<{
      name: string;
    }>`select tableoid::regclass::text as name from outbox_sent`.execute(db);
    expect(where.rows).toEqual([{ name: 'outbox_sent_other' }]);
  });
});
