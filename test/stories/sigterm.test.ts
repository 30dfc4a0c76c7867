import { createHash } from 'node:crypto';
import type pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { startLineStandIn } from '../outbox/line-stand-in.ts';
import { userId } from '../outbox/outbox-house.ts';
import { openTestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { openFrailLine } from '../support/frail-line.ts';
import { type ServiceProcess, startService } from '../support/processes.ts';

const outWithinMs = 20_000;
const people = 400;
const services = new Set<ServiceProcess>();
afterAll(() => Promise.all([...services].map((service) => service.end('SIGKILL'))));

/** A service that reaches its database over a line that can fail, with messages to send. */
async function openWorld() {
  const database = await openTestDatabase({ max: 2 });
  const line = await startLineStandIn();
  const direct = new URL(database.url);
  const frail = await openFrailLine({ host: direct.hostname, port: Number(direct.port) });
  const frailUrl = new URL(database.url);
  frailUrl.port = String(frail.port);
  const start = async (databaseUrl: string) => {
    const service = await startService({
      databaseUrl,
      line: { url: line.url, channelSecret: '0'.repeat(32), channelAccessToken: 'a-long-lived-token' },
      role: 'chat,worker',
      // To write the cache of compiled code down, as the first of many processes does, is no part of the service's end.
      env: { NODE_DISABLE_COMPILE_CACHE: '1' },
    });
    services.add(service);
    return service;
  };
  const { pool } = database;
  await befriend(pool);
  return {
    pool,
    line,
    frail,
    startFrail: () => start(frailUrl.toString()),
    startWhole: () => start(database.url),
    pushes: () => line.calls.filter(({ path }) => path.endsWith('/push')),
    async close() {
      frail.close();
      await Promise.all([...services].map((service) => service.end('SIGKILL')));
    },
  };
}
const worlds = {
  idle: await openWorld(),
  busy: await openWorld(),
  hanging: await openWorld(),
  cut: await openWorld(),
  silent: await openWorld(),
};
afterAll(() => Promise.all(Object.values(worlds).map((world) => world.close())));

/** @returns the exit code and how long it took */
async function terminate(service: ServiceProcess) {
  const begun = performance.now();
  await service.end('SIGTERM');
  const { code } = await service.ended;
  return { code, tookMs: performance.now() - begun };
}

// Most of it is waiting for what hangs: two side by side, more would measure the start of one another's processes.
describe('SIGTERM', { timeout: 300_000, concurrent: true }, () => {
  it('ends an idle process at once', async () => {
    const service = await worlds.idle.startWhole();
    const end = await terminate(service);
    expect(end.code).toBe(0);
    expect(end.tookMs).toBeLessThan(5_000);
  });

  it('ends while LINE answers nothing, and what hung is tried again under the same key', async () => {
    const world = worlds.hanging;
    for (let i = 0; i < people; i++) world.line.fail(/push/, { hang: true, accept: i % 2 === 0 });
    const service = await world.startWhole();
    await plan(world.pool);
    await eventually(() => expect(world.pushes().length).toBeGreaterThan(20));
    const end = await terminate(service);
    expect(end.tookMs).toBeLessThan(outWithinMs);
    world.line.clearFaults();
    await letLeasesRunOut(world.pool);
    await world.startWhole();
    await expectEachOnce(world);
  });
});

describe('SIGTERM with work in hand', { timeout: 300_000, concurrent: true }, () => {
  it('ends a process under load with every answer of LINE written down, and the next one sends the rest once', async () => {
    const world = worlds.busy;
    const service = await world.startWhole();
    await plan(world.pool);
    await eventually(() => expect(world.line.deliveries.length).toBeGreaterThan(20));
    const end = await terminate(service);
    expect(end.code).toBe(0);
    expect(end.tookMs).toBeLessThan(outWithinMs);
    const states = await countStates(world.pool);
    expect(states.get('sending') ?? 0).toBe(0);
    expect(states.get('sent')).toBe(world.line.deliveries.length);
    await world.startWhole();
    await expectEachOnce(world);
  });

  it('ends while PostgreSQL is gone (cut), and nothing is lost or doubled', () => endWithoutDatabase('cut'));
});

// Here every wait for an answer runs to its own end: beside others it would be their load that is measured.
describe('SIGTERM while nothing is heard of PostgreSQL', { timeout: 300_000 }, () => {
  it('ends, and nothing is lost or doubled', () => endWithoutDatabase('silent'));
});

async function endWithoutDatabase(how: 'cut' | 'silent'): Promise<void> {
  const world = worlds[how];
  const service = await world.startFrail();
  await plan(world.pool);
  await eventually(() => expect(world.line.deliveries.length).toBeGreaterThan(20));
  if (how === 'cut') world.frail.cut();
  else world.frail.fallSilent();
  const end = await terminate(service);
  expect(end.tookMs).toBeLessThan(outWithinMs);
  await endIdleTransactions(world.pool);
  await letLeasesRunOut(world.pool);
  await world.startWhole();
  await expectEachOnce(world);
}

async function befriend(pool: pg.Pool): Promise<void> {
  const ids = Array.from({ length: people }, (_, i) => userId(i + 1));
  await pool.query(
    `insert into line_friends (line_user_id, state, state_event_at)
     select id, 'following', now() from unnest($1::text[]) as u(id)`,
    [ids],
  );
}

/** Pushes whose bytes are frozen already, as those of an earlier try. */
async function plan(pool: pg.Pool): Promise<void> {
  const ids = Array.from({ length: people }, (_, i) => userId(i + 1));
  const bodies = ids.map((to) =>
    Buffer.from(JSON.stringify({ to, messages: [{ type: 'text', text: 'hi' }] })),
  );
  await pool.query(
    `with given as (
       select * from unnest($1::text[], $2::bytea[], $3::bytea[]) as u(id, body, hash)
     ), keys as (
       insert into outbox_keys (dedupe_key) select 'term:' || id from given
     )
     insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, due_at, priority, body, body_sha256)
     select 'line_message', 'push', 'late_reply', 'service', id, 'term:' || id, now(), 3, body, hash from given`,
    [ids, bodies, bodies.map((body) => createHash('sha256').update(body).digest())],
  );
}

async function countStates(pool: pg.Pool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ state: string; count: number }>(
    `select state, count(*)::int as count from outbox_published_messages where dedupe_key like 'term:%' group by 1`,
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}

/** As if the time had gone by after which a dead process's work is taken over. */
async function letLeasesRunOut(pool: pg.Pool): Promise<void> {
  await pool.query(`update outbox_messages set lease_until = now() where state = 'sending'`);
}

/** As PostgreSQL does by itself half a minute later: it cannot know that nobody is there any more. */
async function endIdleTransactions(pool: pg.Pool): Promise<void> {
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'shuke-%'`,
  );
}

async function expectEachOnce(world: (typeof worlds)['busy']): Promise<void> {
  await eventually(async () => expect(await countStates(world.pool)).toEqual(new Map([['sent', people]])));
  expect(world.line.deliveries).toHaveLength(people);
  expect(new Set(world.line.deliveries.map(({ to }) => to)).size).toBe(people);
  const bytesOf = new Map<string | null, string>();
  for (const { retryKey, bytes } of world.pushes()) {
    expect(bytesOf.get(retryKey) ?? bytes.toString()).toBe(bytes.toString());
    bytesOf.set(retryKey, bytes.toString());
  }
}
