import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { blankSentBodies } from '#outbox/blank-sent-bodies.ts';
import { keepPartitions, listMissingMonths, makePartitionsAhead } from '#outbox/keep-partitions-job.ts';
import { listAlarms } from '#outbox/outbox-reads.ts';
import { openOutboxHouse } from './outbox-house.ts';

const house = await openOutboxHouse();
const { db, clock, transact, secrets } = house;
const log = { error: () => undefined } as unknown as Parameters<typeof keepPartitions>[0]['desk']['log'];
const keep = (keepMonths = 24) =>
  keepPartitions(
    { db, transact, desk: { log, secrets, alertWebhookUrl: null } },
    { keepMonths, now: clock.now() },
  );

let nextId = 1_000_000;
/** Rows that ended at an instant, as SQL would write it. */
async function end(finishedAt: string, count = 1): Promise<void> {
  const after = nextId;
  nextId += count;
  await sql`
    insert into outbox_sent (id, channel, method, kind, purpose, line_user_id, dedupe_key, data, state, due_at,
                             retry_key, body, body_sha256, attempts, doubt_count, created_at, finished_at)
    select ${after}::int + n, 'line_message', 'push', 'test_news', 'service', 'U1', 'k' || (${after}::int + n), '{}',
           'sent', now(), gen_random_uuid(), 'x', sha256('x'), 1, 0, now(), ${sql.raw(finishedAt)}
    from generate_series(1, ${count}::int) n`.execute(db);
}
const partitions = async () => {
  const found = await sql<{ name: string; rows: number }>`
    select tableoid::regclass::text as name, count(*) as rows from outbox_sent group by 1 order by 1`.execute(
    db,
  );
  return Object.fromEntries(found.rows.map(({ name, rows }) => [name, rows]));
};
const causes = async () => (await listAlarms(db)).map(({ cause }) => cause);

describe('the months of sent messages', () => {
  it('are made ahead, and only once', async () => {
    await sql`drop table ${sql.table(await nameOfMonth(1))}`.execute(db);
    expect(await listMissingMonths(db)).toHaveLength(1);
    expect(await Promise.all([makePartitionsAhead(db), makePartitionsAhead(db)].map(orZero))).toContain(1);
    expect(await makePartitionsAhead(db)).toBe(0);
    expect(await listMissingMonths(db)).toEqual([]);
  });

  it('take in what found none, while others go on settling, and somebody is told until it is mended', async () => {
    await end(`'2031-05-01T00:00:00Z'`);
    await end(`'2031-05-31T23:59:59Z'`, 30);
    await end(`'2031-06-01T00:00:00Z'`, 5);
    expect(await partitions()).toEqual({ outbox_sent_other: 36 });
    const [kept] = await Promise.all([
      keep(),
      ...Array.from({ length: 20 }, () => end(`'2031-05-15T12:00:00Z'`)),
    ]);
    expect(kept).toMatchObject({ made: 2, emptied: 2, dropped: 0 });
    expect(await causes()).toEqual(['sent_partitions']);
    expect(await partitions()).toEqual({ outbox_sent_2031_05: 51, outbox_sent_2031_06: 5 });
    expect(await keep()).toEqual({ made: 0, emptied: 0, dropped: 0 });
    expect(await causes()).toEqual([]);
  });

  it('go when they are older than the setting says, and not a day sooner', async () => {
    const month = (ago: number) =>
      `(date_trunc('month', now() at time zone 'UTC') at time zone 'UTC') - interval '${ago} months'`;
    await end(month(24));
    await end(`${month(24)} - interval '1 second'`);
    const { made, dropped } = await keep(24);
    expect({ made, dropped }).toEqual({ made: 2, dropped: 1 });
    expect(Object.values(await partitions()).reduce((a, b) => a + b)).toBe(57);
    expect((await keep(23)).dropped).toBe(1);
    expect(await partitions()).toEqual({ outbox_sent_2031_05: 51, outbox_sent_2031_06: 5 });
  });

  it('wait for their lock no longer than others can bear, and go with the next run', async () => {
    await end(`now() - interval '5 years'`);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await keep(240);
    const reading = db.transaction().execute(async (tx) => {
      await sql`select count(*) from outbox_sent`.execute(tx);
      await held;
    });
    await expect(keep()).rejects.toThrow(/lock timeout/);
    letGo();
    await reading;
    expect((await keep()).dropped).toBe(1);
  });
});

describe('what was sent', () => {
  it('is blanked when its time is over, batch after batch, and its hash stays', async () => {
    await end(`now() - interval '30 hours'`, 6_000);
    await end(`now() - interval '10 hours'`, 10);
    expect(await blankSentBodies(db, { now: new Date(), keepHours: 48 })).toBe(0);
    const both = [1, 2].map(() => blankSentBodies(db, { now: new Date(), keepHours: 24 }));
    expect((await Promise.all(both)).reduce((a, b) => a + b)).toBe(6_000);
    const left = await sql<{ body: string | null; hashes: number; count: number }>`
      select convert_from(body, 'UTF8') as body, count(body_sha256) as hashes, count(*) as count from outbox_sent
      where finished_at < now() group by 1 order by 1`.execute(db);
    expect(left.rows).toEqual([
      { body: 'x', hashes: 10, count: 10 },
      { body: null, hashes: 6_000, count: 6_000 },
    ]);
  });

  it('is left alone where there is nothing to blank: of those whom a multicast reached, one row holds the body', async () => {
    await sql`truncate outbox_sent`.execute(db);
    await end(`now() - interval '30 hours'`, 500);
    await sql`update outbox_sent set body = null where id > (select min(id) from outbox_sent)`.execute(db);
    expect(await blankSentBodies(db, { now: new Date(), keepHours: 24 })).toBe(1);
    expect(await blankSentBodies(db, { now: new Date(), keepHours: 24 })).toBe(0);
  });
});

const orZero = (work: Promise<number>) => work.catch(() => 0);

async function nameOfMonth(ahead: number): Promise<string> {
  const found = await sql<{ name: string }>`
    select 'outbox_sent_' || to_char((now() at time zone 'UTC') + make_interval(months => ${ahead}), 'YYYY_MM') as name`.execute(
    db,
  );
  return found.rows[0]?.name ?? '';
}
