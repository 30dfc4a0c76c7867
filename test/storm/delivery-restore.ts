import { setTimeout as wait } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { runCommand } from '../support/processes.ts';
import { readDeliveredRows } from './check-delivery.ts';
import type { LineCall } from './delivery-log.ts';
import type { Outcome } from './delivery-parts.ts';
import type { DeliveryWorld } from './delivery-world.ts';

/**
 * A copy of the database is made before half of a campaign has left, and comes back as the database after all of it
 * has: once as yesterday's, once as one of an hour ago. Nothing leaves it until a person says so; then what is a day
 * old ends as unknown, and so do offers, whose key may have been that of another row; what is younger goes out under
 * its old keys, and LINE takes none of it twice.
 */
export async function restoreDump(
  world: DeliveryWorld,
  options: {
    each: number;
    quietMs: number;
    start: Parameters<DeliveryWorld['start']>[0];
  },
): Promise<Outcome> {
  const { each, quietMs, start } = options;
  const findings: string[] = [];
  const name = decodeURIComponent(new URL(world.databaseUrl).pathname.slice(1));
  const sender = await world.start(start);
  await world.plan({ source: 'storm:before the dump', count: each });
  await world.settled();
  await sender.end('SIGTERM');
  await world.plan({ source: 'storm:after the dump', count: each });
  await world.plan({ source: 'storm:offers', from: 1 + each, count: each, alike: true });
  await copyDatabase(world.databaseUrl, name, `${name}_dump`);
  const again = await world.start(start);
  await world.settled();
  await again.end('SIGTERM');
  const original = await world.judge();
  /** Sends that LINE had heard before each copy woke. */
  let calls = sendsSince(world, 0).length;
  const copied = new Set(['storm:after the dump', 'storm:offers']);
  const figures: Outcome['figures'] = {};
  for (const [age, hours] of [
    ['yesterday', 26],
    ['an hour ago', 1],
  ] as const) {
    const restored = `${name}_${hours}`;
    await copyDatabase(world.databaseUrl, `${name}_dump`, restored);
    const url = Object.assign(new URL(world.databaseUrl), { pathname: `/${restored}` }).href;
    const pool = new Pool({ connectionString: url, max: 2 });
    pool.on('error', () => undefined);
    await ageRows(pool, hours);
    const late = await world.start({ ...start, databaseUrl: url });
    await wait(quietMs);
    const unasked = sendsSince(world, calls).length;
    if (unasked > 0) findings.push(`${unasked} sends left a restored database unasked`);
    const resumed = await runCommand('doctor', ['resume'], { DATABASE_URL: url });
    if (resumed.code !== 0) findings.push(`doctor resume: ${resumed.output.slice(-300)}`);
    // A person has looked, and lets the campaigns of the copy go on.
    await pool.query(`update outbox_streams set state = 'running' where state = 'paused'`);
    await untilDone(pool);
    await late.end('SIGTERM');
    const again = sendsSince(world, calls);
    const isSafe = (source: string | null) => hours < 24 && source === 'storm:after the dump';
    const rows = (await readDeliveredRows(pool)).filter(
      ({ source }) => source !== null && copied.has(source),
    );
    const wrong = rows.filter(({ source, state, reason }) =>
      isSafe(source) ? state !== 'sent' : state !== 'unknown' || reason !== 'restored',
    );
    if (rows.length !== 2 * each || wrong.length > 0)
      findings.push(
        `${age}: ${wrong.length} of ${rows.length} rows are ${wrong[0]?.state}: ${wrong[0]?.reason}`,
      );
    const keys = new Set(again.map(({ retryKey }) => retryKey));
    const wanted = new Set(rows.filter(({ source }) => isSafe(source)).map(({ retryKey }) => retryKey));
    if (keys.size !== (hours < 24 ? each : 0) || [...keys].some((key) => key === null || !wanted.has(key)))
      findings.push(`${age}: ${keys.size} keys were sent again, ${wanted.size} could be`);
    const taken = again.filter(({ isAccepted }) => isAccepted).length;
    if (taken > 0) findings.push(`${age}: LINE took ${taken} sends of a copy`);
    figures[`sends from the copy of ${age}`] = again.length;
    calls += again.length;
    await pool.end();
  }
  await dropDatabases(
    world.databaseUrl,
    ['dump', '26', '1'].map((copy) => `${name}_${copy}`),
  );
  // Each copy told once that it is one.
  const after = await world.judge({ alarms: { restored: 2 } });
  return {
    figures: { ...figures, ...after.counts },
    findings: [...original.findings, ...findings, ...after.findings],
  };
}

const sendsSince = (world: DeliveryWorld, from: number): LineCall[] =>
  world
    .readCalls()
    .filter(({ retryKey }) => retryKey !== null)
    .slice(from);

/** What a dump and its restore come to: another database on the server with the same rows. */
async function copyDatabase(url: string, from: string, to: string): Promise<void> {
  await administer(url, async (admin) => {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from]);
    await admin.query(`create database "${to}" template "${from}"`);
  });
}

async function dropDatabases(url: string, names: readonly string[]): Promise<void> {
  await administer(url, async (admin) => {
    for (const name of names) await admin.query(`drop database if exists "${name}" with (force)`);
  });
}

async function administer(url: string, work: (admin: Client) => Promise<void>): Promise<void> {
  const template = Object.assign(new URL(url), { pathname: '/template1' });
  const admin = new Client({ connectionString: template.href });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** The copy was made so many hours ago. */
async function ageRows(pool: Pool, hours: number): Promise<void> {
  await pool.query(
    `update outbox_messages
     set due_at = due_at - make_interval(hours => $1), retry_at = retry_at - make_interval(hours => $1),
         created_at = created_at - make_interval(hours => $1),
         first_try_at = first_try_at - make_interval(hours => $1)`,
    [hours],
  );
}

async function untilDone(pool: Pool): Promise<void> {
  for (const giveUpAt = performance.now() + 60_000; performance.now() < giveUpAt; await wait(50)) {
    const { rows } = await pool.query(
      `select 1 from outbox_messages where channel = 'line_message' and state in ('planned', 'sending') limit 1`,
    );
    if (rows.length === 0) return;
  }
}
