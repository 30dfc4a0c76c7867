import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { openStream } from '#outbox/open-stream.ts';
import { pickRows, pickStreamRows } from '#outbox/pick-rows.ts';
import { openTestDatabase } from '../support/database.ts';
import { countRowsRead } from '../support/rows-read.ts';

const { db } = await openTestDatabase({ max: 1 });

describe('picking rows', () => {
  it('finds what is urgent without reading through the pushes that wait', async () => {
    await sql`insert into outbox_keys select 'row:' || n from generate_series(1, 20001) n`.execute(db);
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, due_at)
      select 'line_message', 'push', 'offer', 'marketing', 'U' || lpad(to_hex(n), 32, '0'), 'row:' || n, now()
      from generate_series(1, 20000) n`.execute(db);
    await sql`
      insert into outbox_messages (channel, method, kind, purpose, dedupe_key, priority, due_at)
      values ('sms', 'post', 'sms', 'service', 'row:20001', 1, now())`.execute(db);
    await sql`analyze outbox_messages`.execute(db);
    await db.transaction().execute(async (tx) => {
      const before = await countRowsRead(tx, 'outbox_messages');
      const rows = await pickRows(tx, { lane: 'urgent', limit: 100, now: new Date() });
      const read = (await countRowsRead(tx, 'outbox_messages')) - before;
      expect(rows.map((row) => row.channel)).toEqual(['sms']);
      expect(read).toBeLessThan(20);
    });
  });

  it('takes the next of a stream, whatever was known of it while few waited', async () => {
    const now = new Date();
    const streamId = await db
      .transaction()
      .execute((tx) => openStream(tx, { sourceRef: 'many', pacePerSecond: null, quiet: 'hold', now }));
    const pick = (place: { dueAt: string; id: number } | null) =>
      db.transaction().execute(async (tx) => {
        const before = await countRowsRead(tx, 'outbox_messages');
        const rows = await pickStreamRows(tx, { streamId, limit: 100, after: place, now });
        return { rows, read: (await countRowsRead(tx, 'outbox_messages')) - before };
      });
    const fill = (count: number) =>
      sql`
        insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, stream_id, due_at)
        select 'line_message', 'push', 'offer', 'marketing', 'U' || lpad(to_hex(n), 32, '0'), 'many:' || n, ${streamId},
               ${now}
        from generate_series(1, ${count}::int) n`.execute(db);
    await fill(3_000);
    await sql`delete from outbox_messages`.execute(db);
    await sql`analyze outbox_messages`.execute(db);
    // As often as it takes until a plan would be kept: on which one depends on what was known just then.
    for (let nth = 0; nth < 8; nth++) expect((await pick(null)).rows).toEqual([]);
    await db.transaction().execute((tx) => pickRows(tx, { lane: 'messages', limit: 100, now }));
    const kept = sql`
      select 1 from pg_prepared_statements
      where statement like '%from outbox_messages%skip locked%' and statement not like '%not (channel%'`;
    expect((await kept.execute(db)).rows).toEqual([]);
    await fill(20_000);
    const first = await pick(null);
    const second = await pick(first.rows.at(-1) ?? null);
    expect([first.rows.length, second.rows.length]).toEqual([100, 100]);
    expect(second.rows[0]?.id).toBeGreaterThan(first.rows[99]?.id ?? 0);
    expect(Math.max(first.read, second.read)).toBeLessThan(250);
  });
});
