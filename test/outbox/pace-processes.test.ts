import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { wireClock } from '#foundation/clock.ts';
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

/** How long this process, in which the stand-in counts, heard nothing at a time: what came meanwhile is counted at once. */
const lookEveryMs = 5;
let lookedAt = performance.now();
let deafMs = 0;
const ear = setInterval(() => {
  const now = performance.now();
  deafMs = Math.max(deafMs, now - lookedAt - lookEveryMs);
  lookedAt = now;
}, lookEveryMs);
afterAll(() => clearInterval(ear));

/** The most calls that came in within any such span. */
function densest(times: readonly number[], spanMs: number): number {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] as number) - (times[from] as number) >= spanMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

it('three processes keep one pace between them, also when one of them stands still for a second and wakes', async () => {
  await sql`
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
    select 'line_message', 'push', 'test_news', 'service', 'U' || lpad(to_hex(n), 32, '0'), 'pace:' || n,
           jsonb_build_object('text', 'news ' || n), ${wireClock.now()}
    from generate_series(1, ${people}::int) n`.execute(db);
  for (let nth = 0; nth < 3; nth++)
    running.push(spawn(process.execPath, [entry, house.url, line.url, given], { stdio: 'ignore' }));
  await expect.poll(() => line.calls.length, { interval: 20 }).toBeGreaterThan(perSecond);
  running[0]?.kill('SIGSTOP');
  await pause(1_000);
  running[0]?.kill('SIGCONT');
  await pause(3_000);
  const times = line.calls.map(({ at }) => at).toSorted((a, b) => a - b);
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
  // A ninth above the pace is where LINE's limit stands; a span as counted holds what came while nothing was heard.
  const heard = (spanMs: number) => (spanMs + deafMs) / 1_000;
  expect(densest(times, 1_000)).toBeLessThanOrEqual((perSecond / 0.9) * 1.05 * heard(1_000));
  expect(densest(times, 3_000)).toBeLessThanOrEqual(perSecond * 1.06 * heard(3_000));
  expect(times.length / seconds).toBeGreaterThan(perSecond / 2);
  const keys = new Set(line.calls.map(({ retryKey }) => retryKey));
  expect(keys.size).toBe(line.calls.length);
});
