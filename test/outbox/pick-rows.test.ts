import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { pickRows } from '#outbox/pick-rows.ts';
import { openTestDatabase } from '../support/database.ts';
import { countRowsRead } from '../support/rows-read.ts';

const { db } = await openTestDatabase();

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
});
