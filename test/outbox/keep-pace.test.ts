import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { lineEndpoints } from '#line/limit-rules.ts';
import { createPacer } from '#outbox/keep-pace.ts';
import { createCallMeter } from '#outbox/meter-calls.ts';
import { choosePaces, paceTerms } from '#outbox/pace-rules.ts';
import { type Reservation, reservePace, slowDown } from '#outbox/reserve-pace.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { densest, listen } from './count-pace.ts';

const { db } = await openTestDatabase();
const perSecond = 400;
const { gapMs, graceMs } = paceTerms('push', perSecond);

beforeEach(() => sql`update outbox_pace set free_at = now(), slow_until = now()`.execute(db));

/** A process that has always something to send. */
function eager(
  sentAt: number[],
  reserve = (calls: number) => reservePace(db, { endpoint: 'push', calls, gapMs }),
  /** Makes the call, and tells when it is answered. */
  call: (answered: () => void) => void = () => undefined,
) {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const pacer = createPacer({ gapMs, graceMs, reserve, onSlots: () => go(), onFault: () => undefined });
  function go(): void {
    clearTimeout(timer);
    if (isOver) return;
    for (;;) {
      const waitMs = pacer.take();
      pacer.want(1_000);
      if (waitMs > 0) {
        if (Number.isFinite(waitMs)) timer = setTimeout(go, waitMs);
        return;
      }
      sentAt.push(performance.now());
      const slot = pacer.taken();
      call(() => pacer.noteAnswer(slot));
    }
  }
  go();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await pacer.idle();
  };
}

const allowed = (spanMs: number) => Math.floor((spanMs + graceMs) / gapMs) + 1;
const block = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
};

describe('slots', () => {
  it('are given to four at once and add up to one pace', async () => {
    const sentAt: number[] = [];
    const ends = Array.from({ length: 4 }, () => eager(sentAt));
    await pause(2_000);
    await eventually(() => expect(sentAt.length).toBeGreaterThan(perSecond * 2 * 0.6));
    await Promise.all(ends.map((end) => end()));
    expect(densest(sentAt, 1_000)).toBeLessThanOrEqual(allowed(1_000));
  });

  it('that a stalled process missed are lost: no burst follows', async () => {
    const sentAt: number[] = [];
    const end = eager(sentAt);
    await pause(600);
    const stalledAt = performance.now();
    block(400);
    await pause(800);
    await end();
    const after = sentAt.filter((at) => at > stalledAt + 390 && at < stalledAt + 500);
    expect(after.length).toBeLessThanOrEqual(allowed(110));
    expect(densest(sentAt, 500)).toBeLessThanOrEqual(allowed(500));
    expect(densest(sentAt, 1_000)).toBeLessThanOrEqual(allowed(1_000));
  });

  it('are lost behind calls that were held up together on their way', async () => {
    const arrivals: number[] = [];
    let heldUntil = 0;
    const end = eager([], undefined, (answered) => {
      const now = performance.now();
      const arrival = Math.max(now, heldUntil);
      arrivals.push(arrival);
      setTimeout(answered, arrival + 30 - now);
    });
    await pause(1_000);
    heldUntil = performance.now() + 400;
    await pause(2_000);
    await end();
    const unseen = 16;
    expect(densest(arrivals, 1_000)).toBeLessThanOrEqual(allowed(1_000) + unseen);
    expect(arrivals.length).toBeGreaterThan(perSecond * 3 * 0.6);
  });

  it('last through a short stall of the database, and a long one is not caught up with', async () => {
    const sentAt: number[] = [];
    let stall: Promise<unknown> = Promise.resolve();
    const slowly = async (calls: number): Promise<Reservation> => {
      await stall;
      const given = await reservePace(db, { endpoint: 'push', calls, gapMs });
      await stall;
      return given;
    };
    const end = eager(sentAt, slowly);
    // A stall of this process itself costs slots as well: one of these rounds is free of any.
    let inShort = 0;
    for (let round = 0; round < 6 && inShort <= perSecond * 0.25 * 0.5; round++) {
      await pause(1_000);
      const shortAt = performance.now();
      stall = pause(250);
      await pause(400);
      inShort = sentAt.filter((at) => at > shortAt && at < shortAt + 250).length;
    }
    stall = pause(1_200);
    await pause(2_000);
    await end();
    expect(inShort).toBeGreaterThan(perSecond * 0.25 * 0.5);
    expect(densest(sentAt, 500)).toBeLessThanOrEqual(allowed(500));
    expect(densest(sentAt, 1_000)).toBeLessThanOrEqual(allowed(1_000));
  });

  it('are twice as far apart after LINE said 429', async () => {
    await slowDown(db, 'push');
    const given = await reservePace(db, { endpoint: 'push', calls: 1, gapMs });
    expect(given.gapMs).toBeCloseTo(2 * gapMs, 3);
  });

  it('do not wait for a clock that was set back', async () => {
    await sql`update outbox_pace set free_at = now() + interval '1 hour'`.execute(db);
    const { startsAtMs, databaseMs } = await reservePace(db, { endpoint: 'push', calls: 1, gapMs });
    expect(startsAtMs - databaseMs).toBeLessThan(1_000);
  });

  it('are kept for every endpoint that LINE limits', async () => {
    const kept = await sql<{ endpoint: string }>`select endpoint from outbox_pace`.execute(db);
    expect(kept.rows.map(({ endpoint }) => endpoint).toSorted()).toEqual([...lineEndpoints].toSorted());
  });
});

describe('calls that somebody waits for', () => {
  const paces = choosePaces({ reply: 200, profile: 200 });
  const meter = () =>
    createCallMeter({
      paces,
      reserve: (input) => reservePace(db, input),
      onFault: (error) => {
        throw error;
      },
    });

  it('leave at once while the pace is not used up', async () => {
    const took: number[] = [];
    for (let round = 0; round < 6; round++) {
      const one = meter();
      const began = performance.now();
      for (let nth = 0; nth < 15; nth++) await one.enter('profile');
      took.push(performance.now() - began);
      await one.idle();
    }
    // The rest of a round is what else this machine did.
    expect(Math.min(...took)).toBeLessThan(15 * 5);
  });

  it('of three processes together stay at the pace', async () => {
    const sentAt: number[] = [];
    const meters = [meter(), meter(), meter()];
    const ear = listen();
    const until = performance.now() + 2_000;
    await Promise.all(
      meters.flatMap((one) =>
        Array.from({ length: 8 }, async () => {
          while (performance.now() < until || sentAt.length <= 300) {
            await one.enter('reply');
            sentAt.push(performance.now());
          }
        }),
      ),
    );
    await Promise.all(meters.map((one) => one.idle()));
    ear.stop();
    expect(densest(sentAt, 1_000)).toBeLessThanOrEqual(Math.ceil((200 / 0.9) * (1 + ear.deafMs() / 1_000)));
  });
});
