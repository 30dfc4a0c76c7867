import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { wireClock } from '#foundation/clock.ts';
import { densest, listen } from './count-pace.ts';
import { openOutboxHouse } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line } = house;
const people = 4_000;
const perSecond = 300;
await house.befriend(1, people);

const entry = fileURLToPath(new URL('./courier-process.ts', import.meta.url));
const given = JSON.stringify({ paces: { push: perSecond }, sockets: 64, leaseMs: 20_000, timeoutMs: 5_000 });
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

const ear = listen();
afterAll(() => ear.stop());

it('three processes keep one pace between them, also when one of them stands still for a second and wakes', {
  timeout: 120_000,
}, async () => {
  await sql`
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
    select 'line_message', 'push', 'test_news', 'service', 'U' || lpad(to_hex(n), 32, '0'), 'pace:' || n,
           jsonb_build_object('text', 'news ' || n), ${wireClock.now()}
    from generate_series(1, ${people}::int) n`.execute(db);
  for (let nth = 0; nth < 3; nth++)
    running.push(spawn(process.execPath, [entry, house.url, line.url, given], { stdio: 'ignore' }));
  await expect.poll(() => line.calls.length, { interval: 20, timeout: 60_000 }).toBeGreaterThan(perSecond);
  running[0]?.kill('SIGSTOP');
  await pause(1_000);
  running[0]?.kill('SIGCONT');
  await pause(3_000);
  const times = line.calls.map(({ at }) => at);
  // A ninth above the pace is where LINE's limit stands; a span as counted holds what came while nothing was heard.
  const heard = (spanMs: number) => (spanMs + ear.deafMs()) / 1_000;
  expect(densest(times, 1_000)).toBeLessThanOrEqual((perSecond / 0.9) * 1.05 * heard(1_000));
  expect(densest(times, 3_000)).toBeLessThanOrEqual(perSecond * 1.06 * heard(3_000));
  expect(densest(times, 1_000)).toBeGreaterThan(perSecond / 2);
  const keys = new Set(line.calls.map(({ retryKey }) => retryKey));
  expect(keys.size).toBe(line.calls.length);
});
