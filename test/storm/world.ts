import { join } from 'node:path';
import type pg from 'pg';
import { createApiKey } from '#features/staff/create-api-key.ts';
import { connectDatabase } from '#foundation/db.ts';
import { freePort } from '#foundation/embedded-postgres.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { reachPolicy } from '#outbox/reach-rules.ts';
import { seedBoundPeople } from '../support/bound-people.ts';
import { type ServiceProcess, startRemote, startService } from '../support/processes.ts';
import type { LineForStorm } from './line-process.ts';

export type StormWorld = Awaited<ReturnType<typeof openStormWorld>>;

const actor = { kind: 'system', id: 'storm' } as const;
/** Longer than any lease. */
const stuckAfterMs = 45_000;
const longAgo = new Date('2001-01-01T00:00:00Z');

/**
 * A brand with bound members and a coupon that each may claim as often as they tap, so that claims count taps; points
 * are told by push, so that each purchase is a push. LINE plays in a process of its own; the service comes in as many
 * processes as are started.
 */
export async function openStormWorld(options: {
  database: { url: string; pool: pg.Pool };
  people: number;
  latencyMs?: number;
}) {
  const { url: databaseUrl, pool } = options.database;
  await seedBoundPeople(pool, options.people);
  const coupon = await pool.query<{ id: number }>(
    `insert into coupons (key, title, reward_kind, amount_off_twd, is_claimable, valid_days, per_member, created_at)
     values ('storm', '{"zh-TW": "折 NT$10", "en": "NT$10 off", "ja": "NT$10 OFF"}', 'amount_off', 10, true, 30,
             1000000, now()) returning id`,
  );
  await pool.query(
    `insert into stores (code, name, address, phone, created_at) values ('storm', '信義店', '台北市', '02-2345-6789', now())`,
  );
  const connection = connectDatabase(databaseUrl, { log: createLogger('silent'), name: 'storm', max: 2 });
  const transact = createTransact(connection.db, []);
  const apiKey = await transact(async (tx) => {
    const { version: _, ...reach } = await readPolicy(tx, reachPolicy, longAgo);
    const notices = { ...reach.notices, points_earned: 'push' as const };
    await publishPolicy(tx, reachPolicy, {
      data: { ...reach, notices },
      effectiveFrom: longAgo,
      now: longAgo,
      actor,
    });
    const made = await createApiKey(tx, { name: 'storm', scopes: ['purchases'], now: longAgo, actor });
    if (!made.ok) throw new Error(made.reason);
    return made.key;
  });
  await connection.close();

  const line = await startRemote<LineForStorm>(join(import.meta.dirname, 'line-process.ts'));
  const account = await line.call('open', { latencyMs: options.latencyMs ?? 20 });
  const services: ServiceProcess[] = [];

  const start = (port: number) => startService({ databaseUrl, line: account, port });
  return {
    pool,
    line,
    account,
    apiKey,
    people: options.people,
    couponId: Number(coupon.rows[0]?.id),
    services,
    async startServices(count: number): Promise<void> {
      const ports = await Promise.all(Array.from({ length: count }, freePort));
      services.push(...(await Promise.all(ports.map(start))));
    },
    /** kill -9, and a new one on the same port. */
    async killAndRestart(at: number): Promise<void> {
      const service = services[at];
      if (!service) throw new Error(`There is no service ${at}`);
      await service.end('SIGKILL');
      services[at] = await start(service.port);
    },
    urls: () => services.map(({ url }) => url),
    /** Resolves when the inbox is empty and nothing is due or on the wire; rejects when nothing moves any more. */
    async settled(): Promise<void> {
      let last = '';
      let movedAt = performance.now();
      for (;;) {
        const left = await countLeft(pool);
        if (left.events + left.messages === 0) return;
        const now = JSON.stringify(left);
        if (now !== last) movedAt = performance.now();
        last = now;
        if (performance.now() - movedAt > stuckAfterMs) throw new Error(`Nothing moves any more: ${now}`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    async close(): Promise<void> {
      await Promise.all([...services, line].map((each) => each.end('SIGKILL')));
    },
  };
}

async function countLeft(pool: pg.Pool): Promise<{ events: number; messages: number }> {
  const { rows } = await pool.query<{ events: number; messages: number }>(
    `select (select count(*) from inbox_events where state = 'waiting') as events,
            (select count(*) from outbox_published_messages
             where state = 'sending' or (state = 'planned' and due_at <= now())) as messages`,
  );
  return rows[0] ?? { events: 0, messages: 0 };
}
