import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assessQuota } from '#outbox/assess-quota.ts';
import { countLeaving, listExemptions } from '#outbox/count-leaving.ts';
import { openQuotaMonth } from '#outbox/count-quota.ts';
import { enqueuePush } from '#outbox/enqueue.ts';
import { examineOutbox } from '#outbox/examine-outbox.ts';
import { readQuota } from '#outbox/read-quota.ts';
import { news, offer, tip } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, inTx, rows } = house;
await house.befriend(1, 40);

let made = 0;
const plan = (kind: typeof news, person: number, dueAt = clock.now()) =>
  inTx((tx) =>
    enqueuePush(tx, kind, {
      dedupeKey: `quota:${++made}`,
      lineUserId: userId(person),
      memberId: null,
      dueAt,
      data: { text: `text ${made}` },
    }),
  );
const know = (limit: number | null, used: number) =>
  sql`insert into outbox_quota (month, message_limit, used_count, read_at)
      values ('2026-12-01', ${limit}, ${used}, now())`.execute(db);
const flowPushes = (day: string, count: number, inStream = false) => {
  const one = {
    purpose: 'marketing',
    kind: offer.key,
    inStream,
    isBeyondCap: false,
    isInQuiet: false,
  } as const;
  return inTx((tx) => countLeaving(tx, day, Array(count).fill(one)));
};
const assess = (needed: number, alsoScheduled = 0) =>
  assessQuota(db, { needed, now: clock.now(), alsoScheduled });
const assessAt = (at: string) => assessQuota(db, { needed: 1, now: clock.now(), at: new Date(at) });

afterEach(async () => {
  line.clear();
  clock.set('2026-12-01T04:00:00Z');
  await sql`truncate outbox_messages, outbox_sent, outbox_caps, outbox_offered, outbox_quota, outbox_alarms,
            outbox_daily_counts`.execute(db);
});

describe('the room in a month', () => {
  it('is what is left beside planned pushes, flows by their average of 28 days, and the reserve', async () => {
    await know(1_000, 100);
    for (let person = 1; person <= 3; person++) await plan(offer, person);
    await plan(offer, 4, new Date('2026-12-31T14:59:00Z'));
    await plan(offer, 5, new Date('2026-12-31T15:00:00Z'));
    await flowPushes('2026-11-03', 28);
    await flowPushes('2026-11-20', 28);
    await flowPushes('2026-11-02', 500);
    await flowPushes('2026-11-20', 500, true);
    const found = await assess(700, 20);
    // 30 days follow 1 December; 56 pushes stand in the 28 days before it, and today's two are planned already.
    expect(found).toMatchObject({
      month: '2026-12',
      limit: 1_000,
      used: 100,
      left: 900,
      scheduled: 24,
      flowsForecast: 60,
      reserve: 50,
    });
    expect(found).toMatchObject({ room: 766, fits: true });
    expect(await assess(767, 20)).toMatchObject({ fits: false });
  });

  it('keeps what flows will still send today, less what they sent and planned for it', async () => {
    await know(1_000, 0);
    await flowPushes('2026-11-02', 1);
    await flowPushes('2026-11-03', 280);
    expect(await assess(1)).toMatchObject({ flowsForecast: 310 });
    await flowPushes('2026-12-01', 3);
    expect(await assess(1)).toMatchObject({ flowsForecast: 307 });
    for (let person = 1; person <= 5; person++) await plan(offer, person);
    await plan(offer, 6, new Date('2026-12-02T04:00:00Z'));
    expect(await assess(1)).toMatchObject({ flowsForecast: 302, scheduled: 6 });
    // What is beyond the average today is not taken from the days to come.
    await flowPushes('2026-12-01', 50);
    expect(await assess(1)).toMatchObject({ flowsForecast: 300 });
  });

  it('averages flows that are new by the days since they first sent', async () => {
    await know(1_000, 0);
    await flowPushes('2026-12-01', 7);
    expect(await assess(1)).toMatchObject({ flowsForecast: 210 });
    await flowPushes('2026-11-28', 30);
    expect(await assess(1)).toMatchObject({ flowsForecast: 303 });
  });

  it('is, of a month to come, all of the last known limit but what leaves in that month', async () => {
    await know(1_000, 990);
    await flowPushes('2026-11-03', 280);
    await plan(offer, 1);
    await plan(offer, 2, new Date('2026-12-31T14:59:00Z'));
    await plan(offer, 3, new Date('2026-12-31T15:00:00Z'));
    await plan(offer, 4, new Date('2027-01-31T14:59:00Z'));
    await plan(offer, 5, new Date('2027-01-31T15:00:00Z'));
    expect(await assessAt('2026-12-31T14:59:59Z')).toMatchObject({ month: '2026-12', left: 10, room: 0 });
    expect(await assessAt('2026-12-31T15:00:00Z')).toMatchObject({
      month: '2027-01',
      limit: 1_000,
      used: 0,
      left: 1_000,
      scheduled: 2,
      flowsForecast: 310,
      reserve: 50,
      room: 638,
    });
    expect(await assessAt('2027-02-14T04:00:00Z')).toMatchObject({ scheduled: 1, flowsForecast: 280 });
  });

  it('is never below nothing', async () => {
    await know(100, 99);
    expect(await assess(1)).toMatchObject({ left: 1, room: 0, fits: false });
  });

  it('is not limited where the plan has no limit, and not known where LINE was never asked', async () => {
    const unlimited = { limit: null, left: null, room: null };
    expect(await assess(1)).toMatchObject({ ...unlimited, readAt: null, fits: null });
    expect(await assessAt('2027-01-05T04:00:00Z')).toMatchObject({ ...unlimited, fits: null });
    await know(null, 5_000);
    expect(await assess(1_000_000)).toMatchObject({ ...unlimited, readAt: expect.any(Date), fits: true });
    expect(await assessAt('2027-01-05T04:00:00Z')).toMatchObject({ ...unlimited, fits: true });
  });

  it("ends with LINE's month, which is Tokyo's", async () => {
    clock.set('2026-12-31T14:30:00Z');
    await know(1_000, 0);
    await flowPushes('2026-12-03', 280);
    await flowPushes('2026-12-31', 4);
    expect(await assess(1)).toMatchObject({ flowsForecast: 6 });
    clock.set('2026-12-31T15:30:00Z');
    expect(await assess(1)).toMatchObject({ month: '2027-01', limit: null });
  });
});

describe('the reserve', () => {
  it('is left to service messages by offers that leave at the same time from eight processes', async () => {
    await know(100, 80);
    for (let person = 1; person <= 30; person++) await plan(offer, person);
    const couriers = Array.from({ length: 8 }, () => house.courier({ options: { batch: 3 } }));
    await Promise.all(couriers.map((courier) => courier.drain()));
    expect(line.deliveries).toHaveLength(15);
    expect((await rows()).filter(({ reason }) => reason === 'quota')).toHaveLength(15);
    for (let person = 31; person <= 34; person++) await plan(news, person);
    await house.courier().drain();
    expect(line.deliveries).toHaveLength(19);
    const used = await sql<{ used: number }>`select used_count as used from outbox_quota`.execute(db);
    expect(used.rows).toEqual([{ used: 99 }]);
  });
});

describe("LINE's count", () => {
  const answer = <Body>(body: Body) =>
    ({ outcome: 'ok', status: 200, requestId: null, acceptedRequestId: null, body }) as const;
  const told = (used: number, meanwhile: () => Promise<unknown> = async () => undefined) => ({
    quota: async () => answer({ type: 'limited', value: 100 } as const),
    consumption: async () => {
      await meanwhile();
      return answer({ totalUsage: used });
    },
  });
  const read = (...asked: Parameters<typeof told>) => readQuota(db, told(...asked), clock.now());
  const calm = () => sql`update outbox_quota set taken_at = now() - interval '11 minutes'`.execute(db);
  const held = async () => {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>();
    const push: typeof house.client.push = async (...call) => {
      await gate;
      return house.client.push(...call);
    };
    const courier = house.courier({ client: { ...house.client, push } });
    const draining = courier.drain();
    await vi.waitFor(async () => expect((await rows()).every(({ state }) => state === 'sending')).toBe(true));
    return { letGo, draining };
  };

  it('does not forget what is on the wire and what leaves while LINE is asked', async () => {
    await know(100, 0);
    for (let person = 1; person <= 30; person++) await plan(offer, person);
    const { letGo, draining } = await held();
    expect(await read(0)).toMatchObject({ used: 30 });
    await calm();
    expect(await read(0)).toMatchObject({ used: 30 });
    letGo();
    await draining;
    await calm();
    const enough = async () => {
      for (let person = 31; person <= 35; person++) await plan(offer, person);
      await house.courier().drain();
    };
    expect(await read(20, enough)).toMatchObject({ used: 35 });
    expect(line.deliveries).toHaveLength(35);
  });

  it('counts what others send beside what of ours it may not have counted yet', async () => {
    await know(100, 0);
    for (let person = 1; person <= 5; person++) await plan(offer, person);
    const { letGo, draining } = await held();
    expect(await read(40)).toMatchObject({ used: 45 });
    letGo();
    await draining;
    expect(await read(45)).toMatchObject({ used: 45 });
  });

  it('lowers ours once it has had ten minutes to count what left', async () => {
    await know(100, 0);
    for (let person = 1; person <= 5; person++) await plan(offer, person);
    await house.courier().drain();
    expect(await read(2)).toMatchObject({ used: 5 });
    await calm();
    expect(await read(2)).toMatchObject({ used: 2 });
  });

  it('is set once by two who ask at the same time', async () => {
    await know(100, 10);
    expect(await read(50, () => read(60))).toMatchObject({ used: 60 });
  });
});

describe('a month that has just begun', () => {
  it('has the limit of the one before and nothing used, until LINE is asked', async () => {
    await know(20, 20);
    clock.set('2027-01-03T04:00:00Z');
    for (let person = 1; person <= 30; person++) await plan(offer, person);
    const couriers = Array.from({ length: 4 }, () => house.courier({ options: { batch: 4 } }));
    await Promise.all(couriers.map((courier) => courier.drain()));
    expect(line.deliveries).toHaveLength(19);
    expect((await rows()).filter(({ reason }) => reason === 'quota')).toHaveLength(11);
    const months =
      await sql`select month, message_limit as "limit", used_count as used from outbox_quota order by 1`.execute(
        db,
      );
    expect(months.rows).toEqual([
      { month: '2026-12-01', limit: 20, used: 20 },
      { month: '2027-01-01', limit: 20, used: 19 },
    ]);
  });

  it('is open before anything is leased in it', async () => {
    await know(20, 20);
    clock.set('2027-01-01T04:00:00Z');
    await house.courier().drain();
    const opened = await sql`select used_count as used from outbox_quota where month = '2027-01-01'`.execute(
      db,
    );
    expect(opened.rows).toEqual([{ used: 0 }]);
  });

  it('need not be opened again, also where it is the first of all', async () => {
    await sql`delete from outbox_quota`.execute(db);
    expect(await openQuotaMonth(db, clock.now())).toBe(false);
    await know(20, 7);
    expect(await openQuotaMonth(db, clock.now())).toBe(true);
    const known = await sql`select used_count as used from outbox_quota`.execute(db);
    expect(known.rows).toEqual([{ used: 7 }]);
  });

  it('is not closed by a refusal of the month before', async () => {
    await know(0, 0);
    clock.set('2027-01-03T04:00:00Z');
    await plan(offer, 1);
    await house.courier().drain();
    expect(line.deliveries).toHaveLength(1);
  });
});

describe('a lease far from the end of the month', () => {
  it('takes nothing when others took what it had counted on, and what waits is judged anew', async () => {
    await know(100_000, 0);
    for (let person = 1; person <= 5; person++) await plan(offer, person);
    await plan(news, 6);
    let draining: Promise<unknown> = Promise.resolve();
    await inTx(async (tx) => {
      await sql`update outbox_quota set used_count = 95000`.execute(tx);
      draining = house.courier().drain();
      await vi.waitFor(async () => {
        const waiting = await sql`select 1 from pg_locks where not granted`.execute(tx);
        expect(waiting.rows).toHaveLength(1);
      });
    });
    await draining;
    expect(line.deliveries.map(({ to }) => to)).toEqual([userId(6)]);
    expect((await rows()).map(({ reason }) => reason).filter((reason) => reason === 'quota')).toHaveLength(5);
    const left = await sql<{ used: number; caps: number }>`
      select used_count as used, (select count(*) from outbox_caps) as caps from outbox_quota`.execute(db);
    expect(left.rows).toEqual([{ used: 95_001, caps: 0 }]);
  });
});

describe('the pushes of one batch', () => {
  it('are counted by their purpose and kind, for the day and for the caps of each person', async () => {
    await plan(offer, 1);
    await plan(tip, 2);
    await plan(news, 3);
    await plan(tip, 4);
    await house.courier().drain();
    const day = '2026-12-01';
    const caps = await sql`
      select line_user_id as person, sent_on as day, kind from outbox_caps order by 1`.execute(db);
    expect(caps.rows).toEqual([
      { person: userId(1), day, kind: offer.key },
      { person: userId(2), day, kind: tip.key },
      { person: userId(4), day, kind: tip.key },
    ]);
    const counts = await sql`
      select on_day as day, purpose, kind, in_stream as "inStream", left_count as left from outbox_daily_counts
      order by kind`.execute(db);
    expect(counts.rows).toEqual([
      { day, purpose: 'service', kind: news.key, inStream: false, left: 1 },
      { day, purpose: 'marketing', kind: offer.key, inStream: false, left: 1 },
      { day, purpose: 'marketing', kind: tip.key, inStream: false, left: 2 },
    ]);
  });
});

describe('service messages', () => {
  it('are exempt from caps and quiet hours, and each exemption is counted with its reason', async () => {
    await plan(offer, 1);
    await house.courier().drain();
    await plan(news, 1);
    await plan(news, 2);
    await house.courier().drain();
    clock.set('2026-12-01T14:00:00Z');
    await plan(news, 3);
    await plan(offer, 4);
    await house.courier().drain();
    expect((await rows()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent', 'planned']);
    expect(await listExemptions(db, '2026-12-01')).toEqual([
      { day: '2026-12-01', kind: news.key, reason: 'cap', count: 1 },
      { day: '2026-12-01', kind: news.key, reason: 'quiet_hours', count: 1 },
    ]);
    expect(await listExemptions(db, '2026-12-02')).toEqual([]);
    expect((await examineOutbox(db, clock.now())).map(({ what }) => what)).toContain(
      `In 30 days service messages left where an offer would have waited: 1 ${news.key} beyond the caps, 1 ${news.key} in quiet hours.`,
    );
  });
});
