import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { openOutboxHouse } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line } = house;
const people = 600;
await house.befriend(1, people);

const entry = fileURLToPath(new URL('./courier-process.ts', import.meta.url));
const running = new Set<ChildProcess>();
const startProcess = (): ChildProcess => {
  const child = spawn(process.execPath, [entry, house.url, line.url], { stdio: 'ignore' });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
};
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});
const countOpen = async () => {
  const open = await sql<{ count: number }>`
    select count(*) as count from outbox_published_messages where state in ('planned', 'sending')`.execute(
    db,
  );
  return open.rows[0]?.count ?? 0;
};

it('delivers each message once although its processes are killed again and again, and the database cuts their lines', async () => {
  await sql`insert into outbox_keys (dedupe_key) select 'kill:' || n from generate_series(1, ${people}::int) n`.execute(
    db,
  );
  await sql`
    insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, data, due_at)
    select 'line_message', 'push', 'test_news', 'service', 'U' || lpad(to_hex(n), 32, '0'), 'kill:' || n,
           jsonb_build_object('text', 'news ' || n), now()
    from generate_series(1, ${people}::int) n`.execute(db);
  // Every fifth call is answered late or not at all, so that a kill always finds calls on the wire.
  for (let i = 0; i < 40; i++) line.fail(/push/, { hang: true, accept: true }, { status: 500 });
  const survivor = startProcess();
  for (const share of [0.1, 0.3, 0.5]) {
    const victim = startProcess();
    await expect
      .poll(() => line.deliveries.length, { timeout: 40_000, interval: 5 })
      .toBeGreaterThan(people * share);
    victim.kill('SIGKILL');
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
              where application_name = 'courier-process' and datname = current_database()`.execute(db);
  }
  await expect.poll(countOpen, { timeout: 40_000 }).toBe(0);
  expect(survivor.exitCode).toBeNull();
  const states = await sql<{ state: string; count: number }>`
    select state, count(*) as count from outbox_published_messages group by 1`.execute(db);
  expect(states.rows).toEqual([{ state: 'sent', count: people }]);
  expect(line.deliveries).toHaveLength(people);
  expect(new Set(line.deliveries.map(({ to }) => to)).size).toBe(people);
  const bytesOfKey = new Map<string | null, string>();
  for (const { retryKey, bytes } of line.calls) {
    const text = bytes.toString();
    expect(bytesOfKey.get(retryKey) ?? text).toBe(text);
    bytesOfKey.set(retryKey, text);
  }
}, 120_000);
