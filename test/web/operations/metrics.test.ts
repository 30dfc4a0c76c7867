import { type FastifyInstance, fastify } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { enqueuePush } from '#outbox/enqueue.ts';
import { openStream } from '#outbox/open-stream.ts';
import { choosePaces } from '#outbox/pace-rules.ts';
import { readQuota } from '#outbox/read-quota.ts';
import { createTally } from '#outbox/tally-sending.ts';
import { healthRoutes } from '#web/operations/health-routes.ts';
import { operationMeasures } from '#web/operations/measures.ts';
import { news, offer } from '../../outbox/message-kinds.ts';
import { openOutboxHouse, userId } from '../../outbox/outbox-house.ts';
import { eventually } from '../../support/eventually.ts';

const house = await openOutboxHouse();
const { db, clock, line, inTx } = house;
const token = 'a-token-for-monitoring';
const doors: FastifyInstance[] = [];
afterAll(() => Promise.all(doors.map((door) => door.close())));

async function openDoor(parts: Partial<Parameters<typeof operationMeasures>[0]> = {}) {
  const door = fastify();
  doors.push(door);
  const sending = { tally: createTally(), paces: choosePaces() };
  const measures = operationMeasures({ db, clock, sending, ...parts });
  await door.register(healthRoutes({ checks: [], measures, metricsToken: token }));
  return door;
}
async function scrape(door: FastifyInstance): Promise<string[]> {
  const answer = await door.inject({ url: '/metrics', headers: { authorization: `Bearer ${token}` } });
  expect(answer.statusCode).toBe(200);
  return answer.body.split('\n').filter((text) => text.startsWith('shuke_'));
}

describe('/metrics', () => {
  beforeAll(() => house.befriend(1, 20));

  it('tells what leaves, how it was answered, what waits and how long', async () => {
    const courier = house.courier();
    const plan = (person: number, minutesAgo: number, kind: typeof news | typeof offer) =>
      inTx((tx) =>
        enqueuePush(tx, kind, {
          dedupeKey: `row:${person}`,
          lineUserId: userId(person),
          memberId: null,
          dueAt: new Date(clock.now().getTime() - minutesAgo * 60_000),
          data: { text: `news ${person}` },
        }),
      );
    await plan(1, 1, news);
    await plan(2, 1, news);
    await plan(3, 1, news);
    line.fail(/push/, { status: 400, message: 'no such user' });
    await courier.drain();
    await plan(4, 2, news);
    await plan(5, 10, offer);
    await plan(6, -60, offer);
    await readQuota(db, house.client, clock.now());
    await sql`analyze outbox_messages`.execute(db);

    const told = await scrape(await openDoor({ sending: courier }));
    expect(told).toEqual(
      expect.arrayContaining([
        'shuke_outbox_due_rows{class="reply"} 0',
        'shuke_outbox_due_rows{class="service"} 1',
        'shuke_outbox_due_rows{class="marketing"} 1',
        'shuke_outbox_due_rows{class="errand"} 0',
        'shuke_outbox_oldest_due_seconds{class="service"} 120',
        'shuke_outbox_oldest_due_seconds{class="marketing"} 600',
        'shuke_outbox_rows{state="planned"} 3',
        'shuke_outbox_rows{state="sending"} 0',
        'shuke_outbox_dead_leases 0',
        'shuke_sends_total{endpoint="push",status="200",verdict="sent"} 2',
        'shuke_sends_total{endpoint="push",status="400",verdict="failed"} 1',
        'shuke_send_recipients_total{endpoint="push",status="200",verdict="sent"} 2',
        'shuke_pace_set_per_second{endpoint="push"} 100000',
        'shuke_leases_lost_total{how="refused"} 0',
        'shuke_leases_lost_total{how="taken_back"} 0',
        'shuke_quota_messages{of="limit"} 500',
        'shuke_quota_messages{of="used"} 120',
        'shuke_quota_messages{of="reserve"} 25',
        'shuke_inbox_events{state="waiting"} 0',
      ]),
    );
  });

  it('is closed without the token', async () => {
    const door = await openDoor();
    for (const headers of [{}, { authorization: 'Bearer another-token-here' }])
      expect((await door.inject({ url: '/metrics', headers })).statusCode).toBe(404);
  });

  it('leaves out what the database does not tell while it is away, and tells the rest', async () => {
    const away = connectDatabase('postgres://shuke@127.0.0.1:1/shuke', {
      log: createLogger('silent'),
      name: 'test',
      max: 1,
    });
    const told = await scrape(await openDoor({ db: away.db }));
    await away.close();
    expect(told).toContain('shuke_pace_set_per_second{endpoint="push"} 1800');
    expect(told.filter((text) => text.startsWith('shuke_outbox_due_rows'))).toEqual([]);
  });

  it('reads a bounded number of rows by index while a hundred thousand wait in a campaign, once for many scrapes', async () => {
    const streamId = await inTx((tx) =>
      openStream(tx, { sourceRef: 'campaign:7', pacePerSecond: null, quiet: 'hold', now: clock.now() }),
    );
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, stream_id, due_at)
      select 'line_message', 'push', 'test_offer', 'marketing', ${userId(1)}, 'many:' || n, '{"text": "x"}', ${streamId},
             ${clock.now()}::timestamptz - interval '1 hour'
      from generate_series(1, 100000) n`.execute(db);
    await sql`analyze outbox_messages`.execute(db);
    const single = connectDatabase(house.url, { log: createLogger('silent'), name: 'scrape', max: 1 });
    const readCounts = async () => {
      await sql`select pg_stat_force_next_flush()`.execute(single.db);
      const found = await sql<{ bySequence: number; byIndex: number }>`
        select seq_tup_read as "bySequence", idx_tup_fetch as "byIndex"
        from pg_stat_user_tables where relname = 'outbox_messages'`.execute(single.db);
      return found.rows[0] ?? { bySequence: 0, byIndex: 0 };
    };
    // What other connections did is counted when they end, or some seconds after.
    await eventually(async () => {
      const others = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`.execute(
        single.db,
      );
      expect(others.rows).toEqual([]);
    });
    const before = await readCounts();
    const door = await openDoor({ db: single.db });
    const all = await Promise.all(Array.from({ length: 5 }, () => scrape(door)));
    const after = await readCounts();
    await single.close();
    for (const told of all) expect(told).toContain('shuke_outbox_due_rows{class="marketing"} 5001');
    const ofStream = /^shuke_stream_rows\{stream="campaign:7",state="running"\} (\d+)$/;
    const estimate = Number(all[0]?.map((text) => ofStream.exec(text)?.[1]).find(Boolean));
    expect(estimate).toBeGreaterThan(90_000);
    expect(estimate).toBeLessThan(110_000);
    expect(after.bySequence - before.bySequence).toBe(0);
    expect(after.byIndex - before.byIndex).toBeLessThan(10_100);
  });
});
