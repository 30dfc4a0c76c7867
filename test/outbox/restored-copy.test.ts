import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Connection, connectDatabase } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { createLogger } from '#foundation/log.ts';
import { createScheduler } from '#foundation/schedule-runner.ts';
import { enqueueNotice, enqueuePush, enqueueSms } from '#outbox/enqueue.ts';
import { openStream } from '#outbox/open-stream.ts';
import { planStream } from '#outbox/plan-stream.ts';
import { checkRestoreMark, markAsCopy, markInPlace, noteAlive, readRestored } from '#outbox/restore-mark.ts';
import { previewResume, resumeOutbox } from '#outbox/resume-outbox.ts';
import { news, offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, line, clock, inTx, secrets } = house;
const log = createLogger('silent');
const actor = { kind: 'system', id: 'doctor' } as const;
const hours = (count: number) => new Date(clock.now().getTime() + count * 3_600_000);

let copy: Connection;
const ran: string[] = [];
const schedulerOf = (on: Connection['db'], mayRun: () => Promise<boolean>) =>
  createScheduler({
    db: on,
    jobs: [
      {
        name: 'morning',
        cadence: { everyMinutes: 60 },
        catchUp: { days: 3 },
        run: async ({ slot }) => void ran.push(slot.toISOString()),
      },
    ],
    clock,
    log,
    mayRun,
  });
const courierOfCopy = () => house.courier({ db: copy.db, transact: createTransact(copy.db, []) });
const push = (n: number, kind: typeof news | typeof offer, dueAt: Date, text = `news ${n}`) =>
  inTx((tx) =>
    enqueuePush(tx, kind, {
      dedupeKey: `row:${n}`,
      lineUserId: userId(n),
      memberId: null,
      dueAt,
      data: { text },
    }),
  );

/** As a dump of last night and its restoring: the same rows in another database. */
async function copyDatabase(): Promise<Connection> {
  const admin = new pg.Client({ connectionString: inject('adminUrl') });
  await admin.connect();
  const name = new URL(house.url).pathname.slice(1);
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await admin.query(`create database ${name}_copy template ${name}`);
  await admin.end();
  return connectDatabase(`${house.url}_copy`, { log, name: 'copy', max: 5 });
}

beforeAll(async () => {
  await house.befriend(1, 40);
  await sql`insert into line_friends (line_user_id, state, state_event_at)
            select 'U' || lpad(to_hex(100 + n), 32, '0'), 'following', now() from generate_series(1, 6) n`.execute(
    db,
  );
  expect(await checkRestoreMark(db)).toEqual({ ok: true });
  await noteAlive(db);
  const scheduler = schedulerOf(db, async () => true);
  await scheduler.runDue();

  for (const n of [1, 2, 3]) await push(n, news, hours(-2));
  for (const n of [4, 5, 6]) await push(n, offer, hours(-2), 'the same for all');
  await push(7, news, hours(48));
  await inTx(async (tx) => {
    await enqueueSms(tx, secrets, { dedupeKey: 'sms', to: '+886912345678', text: 'x', dueAt: hours(-1) });
    await enqueueNotice(tx, news, 'next_reply', {
      dedupeKey: 'held',
      lineUserId: userId(8),
      memberId: null,
      dueAt: hours(-1),
      data: { text: 'x' },
    });
    const streamId = await openStream(tx, {
      sourceRef: 'campaign:1',
      pacePerSecond: null,
      quiet: 'hold',
      now: clock.now(),
    });
    const select = sql`
      select row_number() over (order by line_user_id), line_user_id, null::text, null::text,
             jsonb_build_object('text', line_user_id)
      from line_friends where line_user_id > ${userId(99)}`;
    await planStream(tx, { streamId, kind: offer, select, dueAt: hours(0), expiresAt: null });
  });

  copy = await copyDatabase();

  // What the original did after its dump.
  await house.courier().drain();
  clock.set(hours(6).toISOString());
  await scheduler.runDue();
});
afterAll(() => copy?.close().then(dropCopy));

async function dropCopy(): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('adminUrl') });
  await admin.connect();
  await admin.query(`drop database ${new URL(house.url).pathname.slice(1)}_copy with (force)`);
  await admin.end();
}

describe('a copy of the database of last night', () => {
  it('sends nothing and plans nothing by the clock until somebody resumes it', async () => {
    const [calls, runs] = [line.calls.length, ran.length];
    expect(calls).toBeGreaterThan(0);
    expect(runs).toBe(6);
    const courier = courierOfCopy();
    await courier.drain();
    await schedulerOf(copy.db, courier.isInPlace).runDue();
    expect(courier.status().heldBecause).toBe('restored');
    expect([line.calls.length, ran.length]).toEqual([calls, runs]);
    expect(await readRestored(copy.db)).toMatchObject({ lastId: 15 });
  });

  it('sends nothing again when it is resumed, runs no missed slot again, and keeps what only it has planned', async () => {
    const before = new Map(line.deliveries.map(({ to }) => [to, 1]));
    await createTransact(
      copy.db,
      [],
    )((tx) =>
      enqueuePush(tx, news, {
        dedupeKey: 'row:20',
        lineUserId: userId(20),
        memberId: null,
        dueAt: clock.now(),
        data: { text: 'of the copy alone' },
      }),
    );
    const preview = await previewResume(copy.db, clock.now());
    expect(preview).toEqual([
      { kind: 'test_offer', count: 9 },
      { kind: 'sms', count: 1 },
      { kind: 'test_news', count: 1 },
    ]);
    const outcome = await resumeOutbox(copy.db, { now: clock.now(), actor });
    expect(outcome).toEqual({ stopped: 11, kept: 5, pausedStreams: 0, jobs: 1 });
    const courier = courierOfCopy();
    await courier.drain();
    await schedulerOf(copy.db, courier.isInPlace).runDue();
    expect(ran).toHaveLength(6);

    const counts = new Map<string, number>();
    for (const { to } of line.deliveries) counts.set(to, (counts.get(to) ?? 0) + 1);
    expect(counts).toEqual(new Map([...before, [userId(20), 1]]));
    const ends = await sql<{ state: string; reason: string | null; status: number | null; count: number }>`
      select state, reason, answer_status as status, count(*) as count from outbox_published_messages
      group by 1, 2, 3 order by 1, 3, 2`.execute(copy.db);
    expect(ends.rows).toEqual([
      { state: 'planned', reason: null, status: null, count: 1 },
      { state: 'sent', reason: null, status: 200, count: 1 },
      { state: 'sent', reason: null, status: 409, count: 3 },
      { state: 'unknown', reason: 'restored', status: null, count: 11 },
    ]);
    expect(await readRestored(copy.db)).toBeNull();
  });

  it('is held again by hand, and a process that runs heeds it when it looks again', async () => {
    await markAsCopy(copy.db);
    expect(await courierOfCopy().isInPlace()).toBe(false);
    await markInPlace(copy.db);
    expect(await courierOfCopy().isInPlace()).toBe(true);
  });
});

describe('a database that goes on along a new timeline', () => {
  const fromTimeline = (timeline: number) =>
    sql`update installation_marks set value = jsonb_set(value, '{timeline}', to_jsonb(${timeline}::int))
        where key = 'restore_mark'`.execute(db);

  it('is a standby that took over when it has seen us alive just before, and a restored backup otherwise', async () => {
    await fromTimeline(7);
    await noteAlive(db);
    expect(await checkRestoreMark(db)).toEqual({ ok: true });
    await fromTimeline(7);
    await sql`update installation_marks set marked_at = now() - interval '20 minutes' where key = 'alive'`.execute(
      db,
    );
    expect(await checkRestoreMark(db)).toMatchObject({ ok: false, marked: { timeline: 7 } });
  });
});
