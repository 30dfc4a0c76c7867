import { afterEach, describe, expect, it } from 'vitest';
import { sql, type Tx } from '#foundation/db.ts';
import { newUuid } from '#foundation/ids.ts';
import { finishRows, freezeRows, postponeRows } from '#outbox/freeze-rows.ts';
import { giveBackPages } from '#outbox/give-back-pages.ts';
import { readMarketingPast } from '#outbox/lock-friends.ts';
import { openStream } from '#outbox/open-stream.ts';
import { planStream } from '#outbox/plan-stream.ts';
import { giveBackCaps, type Settlement, settleRows } from '#outbox/settle-rows.ts';
import { countRowsRead } from '../support/rows-read.ts';
import { offer } from './message-kinds.ts';
import { openOutboxHouse, userId } from './outbox-house.ts';

// One connection: it keeps the plans that it made while the table was empty.
const { db, inTx, clock } = await openOutboxHouse({ max: 1 });

afterEach(async () => {
  await sql`truncate outbox_messages, outbox_sent, outbox_keys, outbox_streams cascade`.execute(db);
});

/** What PostgreSQL knows of the outbox between campaigns: no pages, or many with next to nothing in them. */
const forget = async (state: 'no pages' | 'empty pages') => {
  if (state === 'empty pages') {
    const ids = await plan([3_000]);
    await sql`delete from outbox_messages where id <> ${ids.at(-1)}`.execute(db);
  }
  await sql`vacuum (analyze) outbox_messages`.execute(db);
};
let campaigns = 0;
const plan = async (counts: readonly number[]): Promise<number[]> => {
  const settings = {
    sourceRef: `campaign:${++campaigns}`,
    pacePerSecond: null,
    quiet: 'hold',
    now: clock.now(),
  } as const;
  const streamId = await inTx((tx) => openStream(tx, settings));
  let from = 1;
  for (const count of counts) {
    const to = from + count - 1;
    const select = sql`
      select n, 'U' || lpad(to_hex(n), 32, '0'), 'a', null::text, '{"text": "offer"}'::jsonb
      from generate_series(${from}::int, ${to}::int) n`;
    await inTx((tx) =>
      planStream(tx, { streamId, kind: offer, select, dueAt: clock.now(), expiresAt: null }),
    );
    from = to + 1;
  }
  const rows = await sql<{ id: number }>`select id from outbox_messages order by id`.execute(db);
  return rows.rows.map(({ id }) => id);
};

describe('a campaign in an outbox that was empty', () => {
  it('is told to PostgreSQL as soon as many rows are planned', async () => {
    await forget('no pages');
    await plan([5_000]);
    const known = await sql<{ rows: number }>`
      select reltuples as rows from pg_class where oid = 'outbox_messages'::regclass`.execute(db);
    expect(known.rows[0]?.rows).toBe(5_000);
  });

  it('has the past of its people looked up one by one, whatever PostgreSQL knows of those who were counted', async () => {
    await sql`truncate outbox_caps`.execute(db);
    await sql`vacuum (analyze) outbox_caps`.execute(db);
    const people = Array.from({ length: 300 }, (_, at) => userId(at + 1));
    const look = (tx: Tx) =>
      readMarketingPast(tx, { lineUserIds: people, since: '2026-11-01', today: '2026-12-01' });
    for (let nth = 0; nth < 8; nth++) await inTx(look);
    await sql`
      insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
      select 'U' || lpad(to_hex(n % 10000), 32, '0'), '2026-11-01'::date + n / 10000, 'offer', n
      from generate_series(1, 20000) n`.execute(db);
    await inTx(async (tx) => {
      const before = await countRowsRead(tx, 'outbox_caps');
      const past = await look(tx);
      // Of two days each the one that counts.
      expect((await countRowsRead(tx, 'outbox_caps')) - before).toBe(300);
      expect(past.get(userId(300))).toEqual({
        pushes: [{ day: '2026-11-02', kind: 'offer' }],
        isFirst: false,
      });
    });
    await plan([100]);
    const known = await sql<{ rows: number }>`
      select reltuples as rows from pg_class where oid = 'outbox_caps'::regclass`.execute(db);
    expect(known.rows[0]?.rows).toBe(20_000);
  });

  it('has no more read of a long past than what still counts', async () => {
    await sql`truncate outbox_caps`.execute(db);
    await sql`
      insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
      select 'U' || lpad(to_hex(1 + n % 100), 32, '0'), '2026-11-04'::date - 7 * (n / 100), 'offer', n
      from generate_series(0, 9999) n`.execute(db);
    await sql`vacuum (analyze) outbox_caps`.execute(db);
    const today = '2026-12-01';
    const people = Array.from({ length: 101 }, (_, at) => userId(at + 1));
    await inTx(async (tx) => {
      const before = await countRowsRead(tx, 'outbox_caps');
      const recent = await readMarketingPast(tx, { lineUserIds: people, since: '2026-10-20', today });
      // For the one who was never sent anything, one row for each of the 22 older spans of 32 days that are kept.
      expect((await countRowsRead(tx, 'outbox_caps')) - before).toBe(300 + 22);
      expect(recent.get(userId(7))?.pushes).toHaveLength(3);
      const none = await readMarketingPast(tx, { lineUserIds: people, since: '2026-11-30', today });
      expect((await countRowsRead(tx, 'outbox_caps')) - before).toBe(300 + 22 + 100 + 23);
      expect(none.get(userId(7))).toEqual({ pushes: [], isFirst: false });
      expect(none.has(userId(101))).toBe(false);
    });
  });

  it('gives back what was counted for those whom LINE refused, without a look at all who were counted', async () => {
    await sql`truncate outbox_caps`.execute(db);
    await sql`vacuum (analyze) outbox_caps`.execute(db);
    for (let nth = 0; nth < 8; nth++) await inTx((tx) => giveBackCaps(tx, [-1, -2]));
    await sql`
      insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
      select 'U' || lpad(to_hex(n), 32, '0'), '2026-12-01', 'offer', n from generate_series(1, 20000) n`.execute(
      db,
    );
    await plan([1]);
    await inTx(async (tx) => {
      const before = await countRowsRead(tx, 'outbox_caps');
      await giveBackCaps(tx, [7, 8]);
      expect((await countRowsRead(tx, 'outbox_caps')) - before).toBe(2);
    });
    const left = await sql<{ count: number }>`select count(*) as count from outbox_caps`.execute(db);
    expect(left.rows[0]?.count).toBe(19_998);
  });

  it.each(['no pages', 'empty pages'] as const)(
    'is leased, put off and ended without a look at the whole table, known with %s',
    async (state) => {
      await forget(state);
      const body = Buffer.from('{}');
      const token = newUuid();
      const errandOf = (id: number) => ({ ids: [id], leaseToken: token }) as unknown as Settlement['errand'];
      const verdict = { to: 'again', delayMs: 0, isDefinite: true, status: 500, reason: 'busy' } as const;
      const steps: Record<string, (tx: Tx, ids: readonly number[]) => Promise<unknown>> = {
        'put off': (tx, ids) =>
          postponeRows(
            tx,
            ids.map((id) => ({ id, dueAt: null, delayMs: 0 })),
          ),
        frozen: (tx, ids) =>
          freezeRows(
            tx,
            ids.map((id) => ({ ids: [id], method: 'push', retryKey: newUuid(), batchId: null, body })),
            { token, replyMs: 60_000, pushMs: 60_000 },
          ),
        'planned again': (tx, ids) =>
          settleRows(
            tx,
            ids.map((id) => ({ errand: errandOf(id), verdict })),
          ),
        ended: (tx, ids) =>
          finishRows(
            tx,
            ids.map((id) => ({ id, state: 'skipped', reason: 'stopped' })),
          ),
      };
      const nobody = Array.from({ length: 10 }, (_, at) => -1 - at);
      for (const step of Object.values(steps))
        for (let nth = 0; nth < 8; nth++) await inTx((tx) => step(tx, nobody));
      const ids = await plan(Array(5).fill(900));
      const read: Record<string, number> = {};
      for (const [name, step] of Object.entries(steps)) {
        await inTx(async (tx) => {
          const before = await countRowsRead(tx, 'outbox_messages');
          await step(tx, ids.slice(2_000, 2_010));
          read[name] = (await countRowsRead(tx, 'outbox_messages')) - before;
        });
      }
      expect(Object.entries(read).filter(([, count]) => count > 100)).toEqual([]);
      const left = await sql<{ count: number }>`select count(*) as count from outbox_messages`.execute(db);
      expect(left.rows[0]?.count).toBe(ids.length - 10);
    },
  );
});

describe('an outbox whose campaign is over', () => {
  const pages = async () => {
    const size = await sql<{
      pages: number;
    }>`select pg_relation_size('outbox_messages') / 8192 as pages`.execute(db);
    return size.rows[0]?.pages;
  };
  /** So many rows of about a page each. */
  const fill = async (rows: number) => {
    await plan([rows]);
    await sql`update outbox_messages set data = jsonb_build_object('text', repeat('x', 7000))`.execute(db);
  };

  it('has its pages given back', async () => {
    await fill(1_200);
    await sql`delete from outbox_messages`.execute(db);
    expect(await pages()).toBeGreaterThan(1_200);
    expect(await giveBackPages(db)).toBe(true);
    expect(await pages()).toBe(0);
    expect(await giveBackPages(db)).toBe(false);
  });

  it('keeps what waits in it outside of campaigns', async () => {
    await fill(1_200);
    await sql`update outbox_messages set stream_id = null where id % 2 = 0`.execute(db);
    await sql`delete from outbox_messages where id % 2 = 1`.execute(db);
    expect(await giveBackPages(db)).toBe(true);
    const left = await sql<{ rows: number }>`select count(*) as rows from outbox_messages`.execute(db);
    expect(left.rows[0]?.rows).toBe(600);
  });

  it('is left alone while another campaign waits in it, and while it is small', async () => {
    await fill(1_200);
    await sql`delete from outbox_messages where id <> (select max(id) from outbox_messages)`.execute(db);
    expect(await giveBackPages(db)).toBe(false);
    expect(await pages()).toBeGreaterThan(1_200);
    await sql`truncate outbox_messages`.execute(db);
    await fill(300);
    await sql`delete from outbox_messages`.execute(db);
    expect(await giveBackPages(db)).toBe(false);
    expect(await pages()).toBeGreaterThan(300);
  });

  it('is left to PostgreSQL when there is no time for it', async () => {
    await fill(1_200);
    await sql`set statement_timeout = '1ms'`.execute(db);
    try {
      expect(await giveBackPages(db)).toBe(false);
    } finally {
      await sql`set statement_timeout = 0`.execute(db);
    }
  });
});
