import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { openStream } from '#outbox/open-stream.ts';
import { planStream } from '#outbox/plan-stream.ts';
import { type ReachPolicy, reachPolicy } from '#outbox/reach-rules.ts';
import { countStream } from '#outbox/stream-reads.ts';
import { offer } from './message-kinds.ts';
import { openOutboxHouse } from './outbox-house.ts';

const house = await openOutboxHouse({ max: 30 });
const { db, line, clock, inTx } = house;
await house.befriend(1, 300);
const { version: _, ...usual } = await readPolicy(db, reachPolicy, clock.now());

/** The rules of reaching people, as if they had always been so. */
const setReach = (data: ReachPolicy) =>
  inTx((tx) =>
    publishPolicy(tx, reachPolicy, {
      data,
      effectiveFrom: new Date('2000-01-01T00:00:00Z'),
      now: clock.now(),
      actor: { kind: 'system', id: 'test' },
    }),
  );
const none = { perDay: null, perSevenDays: null, perFourteenDays: null, perThirtyDays: null };

let campaigns = 0;
const campaign = async (people: number, options: { quiet?: 'hold' | 'skip'; expiresAt?: Date } = {}) => {
  const streamId = await inTx((tx) =>
    openStream(tx, {
      sourceRef: `reach:${++campaigns}`,
      pacePerSecond: null,
      quiet: options.quiet ?? 'hold',
      now: clock.now(),
    }),
  );
  await inTx((tx) =>
    planStream(tx, {
      streamId,
      kind: offer,
      select: sql`
        select n, 'U' || lpad(to_hex(n), 32, '0'), null, null,
               jsonb_build_object('text', ${`offer ${campaigns} for `}::text || n)
        from generate_series(1, ${people}::int) n`,
      dueAt: clock.now(),
      expiresAt: options.expiresAt ?? null,
    }),
  );
  return streamId;
};
const ends = async (streamId: number) =>
  Object.fromEntries((await countStream(db, streamId)).map((one) => [one.reason ?? one.state, one.count]));

afterEach(async () => {
  line.clear();
  clock.set('2026-12-01T04:00:00Z');
  await setReach(usual);
  await sql`update line_friends set marketing = 'all'`.execute(db);
  await sql`truncate outbox_messages, outbox_sent, outbox_caps, outbox_offered, outbox_daily_counts`.execute(
    db,
  );
});

describe('two campaigns', () => {
  it('that race for the last slot of 300 people on eight couriers: one wins for each, and nobody gets two', async () => {
    const [one, other] = [await campaign(300), await campaign(300)];
    const couriers = Array.from({ length: 8 }, () => house.courier({ options: { batch: 20 } }));
    await Promise.all(couriers.map((courier) => courier.drain()));
    const [first, second] = [await ends(one), await ends(other)];
    expect((first.sent ?? 0) + (second.sent ?? 0)).toBe(300);
    expect((first.cap ?? 0) + (second.cap ?? 0)).toBe(300);
    expect(new Set(line.deliveries.map(({ to }) => to)).size).toBe(300);
    expect(line.deliveries).toHaveLength(300);
  });
});

describe('caps by window and kind', () => {
  it.each([
    ['perFourteenDays', '2026-12-09', '2026-12-15'],
    ['perThirtyDays', '2026-12-25', '2026-12-31'],
  ] as const)('%s hold until the window has passed', async (window, inside, outside) => {
    await setReach({ ...usual, caps: { ...usual.caps, [window]: 1 } });
    const ended: object[] = [];
    for (const day of ['2026-12-01', inside, outside]) {
      clock.set(`${day}T04:00:00Z`);
      const streamId = await campaign(1);
      await house.courier().drain();
      ended.push(await ends(streamId));
    }
    expect(ended).toEqual([{ sent: 1 }, { cap: 1 }, { sent: 1 }]);
  });

  it('of a kind end with a reason of their own', async () => {
    await setReach({
      ...usual,
      caps: { ...usual.caps, byKind: { [offer.key]: { ...none, perThirtyDays: 1 } } },
    });
    await campaign(2);
    await house.courier().drain();
    clock.set('2026-12-05T04:00:00Z');
    const second = await campaign(2);
    await house.courier().drain();
    expect(await ends(second)).toEqual({ cap_of_kind: 2 });
  });
});

describe('a campaign in quiet hours', () => {
  it('that holds asks everything again when they end', async () => {
    clock.set('2026-12-01T14:00:00Z');
    const streamId = await campaign(3);
    await house.courier().drain();
    expect(await ends(streamId)).toEqual({ planned: 3 });
    await sql`update line_friends set marketing = 'stopped' where line_user_id like '%2'`.execute(db);
    clock.set('2026-12-02T01:00:00Z');
    await house.courier().drain();
    expect(await ends(streamId)).toEqual({ sent: 2, stopped: 1 });
  });

  it('that skips ends with that reason and uses up nobody’s cap', async () => {
    clock.set('2026-12-01T14:00:00Z');
    const streamId = await campaign(3, { quiet: 'skip' });
    await house.courier().drain();
    expect(await ends(streamId)).toEqual({ quiet_hours: 3 });
    clock.set('2026-12-02T01:00:00Z');
    const next = await campaign(3, { quiet: 'skip' });
    await house.courier().drain();
    expect(await ends(next)).toEqual({ sent: 3 });
  });

  it('whose own end comes first ends at once', async () => {
    clock.set('2026-12-01T14:00:00Z');
    const streamId = await campaign(2, { expiresAt: new Date('2026-12-01T16:00:00Z') });
    await house.courier().drain();
    expect(await ends(streamId)).toEqual({ expired: 2 });
  });
});
