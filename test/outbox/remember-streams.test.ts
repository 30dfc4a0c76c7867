import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { openStream } from '#outbox/open-stream.ts';
import { pickStreamRows } from '#outbox/pick-rows.ts';
import { planStream } from '#outbox/plan-stream.ts';
import { createStreamMemory } from '#outbox/remember-streams.ts';
import { offer } from './message-kinds.ts';
import { openOutboxHouse } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, clock, inTx } = house;
await house.befriend(1, 30);

afterEach(() => sql`truncate outbox_messages, outbox_sent, outbox_keys, outbox_streams cascade`.execute(db));

describe('what a process remembers of its streams', () => {
  const streams = [{ id: 7, pacePerSecond: null }];
  const place = (id: number) => ({ dueAt: '2026-11-22 09:00:00+00', id });

  it('lasts a quarter of a second, and no longer than there is something to take', () => {
    let nowMs = 1_000;
    const memory = createStreamMemory(() => nowMs);
    expect(memory.known()).toBeNull();
    memory.learn(streams);
    nowMs += 249;
    expect(memory.known()).toEqual(streams);
    nowMs += 1;
    expect(memory.known()).toBeNull();
    memory.learn(streams);
    memory.reach(7, place(1), 1);
    expect(memory.known()).toEqual(streams);
    memory.reach(7, null, 1);
    expect(memory.known()).toBeNull();
    memory.learn(streams);
    memory.forget();
    expect(memory.known()).toBeNull();
    memory.learn([]);
    expect(memory.known()).toBeNull();
  });

  it('leads on behind the last row, and back to the start once a second, whatever is taken', () => {
    let nowMs = 1_000;
    const memory = createStreamMemory(() => nowMs);
    expect(memory.placeIn(7)).toBeNull();
    memory.reach(7, place(100), 1);
    nowMs += 600;
    memory.reach(7, place(200), 1);
    expect(memory.placeIn(7)).toEqual(place(200));
    expect(memory.placeIn(8)).toBeNull();
    nowMs += 400;
    expect(memory.placeIn(7)).toBeNull();
    memory.reach(7, place(300), 1);
    expect(memory.placeIn(7)).toEqual(place(300));
  });

  it('leads on behind the last of those that were taken at the same time', () => {
    const memory = createStreamMemory(() => 1_000);
    memory.reach(7, place(200), 1);
    memory.reach(7, place(100), 1);
    expect(memory.placeIn(7)).toEqual(place(200));
    memory.reach(7, { ...place(50), dueAt: '2026-11-22 10:00:00+00' }, 1);
    expect(memory.placeIn(7)?.id).toBe(50);
  });

  it('leads back to the start where nothing is left, ten times a second at most', () => {
    let nowMs = 1_000;
    const memory = createStreamMemory(() => nowMs);
    memory.reach(7, place(100), 1);
    nowMs += 60;
    memory.reach(7, null, 1);
    expect(memory.placeIn(7)).toEqual(place(100));
    nowMs += 40;
    expect(memory.placeIn(7)).toBeNull();
    memory.reach(7, null, 1);
    expect(memory.placeIn(7)).toBeNull();
    memory.reach(7, place(200), 1);
    nowMs += 500;
    memory.reach(7, null, 1);
    expect(memory.placeIn(7)).toBeNull();
  });

  it('looks from the start for a twentieth of the time at most, and once in five seconds at least', () => {
    let nowMs = 1_000;
    const memory = createStreamMemory(() => nowMs);
    memory.reach(7, place(100), 60);
    nowMs += 1_150;
    memory.reach(7, null, 1);
    expect(memory.placeIn(7)).toEqual(place(100));
    nowMs += 50;
    expect(memory.placeIn(7)).toBeNull();
    memory.reach(7, place(200), 60_000);
    nowMs += 5_000;
    expect(memory.placeIn(7)).toBeNull();
  });
});

describe('a batch of a stream', () => {
  it('begins behind the place, or at the start', async () => {
    const now = clock.now();
    const stream = { sourceRef: 'campaign:1', pacePerSecond: null, quiet: 'hold', now } as const;
    const streamId = await inTx((tx) => openStream(tx, stream));
    const select = sql`
      select n, 'U' || lpad(to_hex(n), 32, '0'), 'a', null, jsonb_build_object('text', n::text)
      from generate_series(1, 30) n`;
    await inTx((tx) => planStream(tx, { streamId, kind: offer, select, dueAt: now, expiresAt: null }));
    const pick = (after: Parameters<typeof pickStreamRows>[1]['after'], limit = 12) =>
      inTx((tx) => pickStreamRows(tx, { streamId, limit, after, now }));
    const people = (rows: Awaited<ReturnType<typeof pick>>) => rows.map(({ memberId }) => memberId);
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

    const first = await pick(null);
    expect(people(first)).toEqual(numbers(1, 12));
    const second = await pick(first.at(-1) ?? null);
    expect(people(second)).toEqual(numbers(13, 24));
    const third = await pick(second.at(-1) ?? null);
    expect(people(third)).toEqual(numbers(25, 30));
    expect(await pick(third.at(-1) ?? null)).toEqual([]);
    expect(people(await pick(null))).toEqual(numbers(1, 12));
  });
});
