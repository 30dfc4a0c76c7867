import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { endRows, endsWithout } from '#outbox/end-rows.ts';
import { isSmsDown } from '#outbox/outbox-reads.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();

const sms = async (state: 'sent' | 'failed' | 'planned', attempts: number) => {
  const made = await sql<{ id: number }>`
  with key as (insert into outbox_keys (dedupe_key) values (gen_random_uuid()::text) returning dedupe_key)
  insert into outbox_messages (channel, method, kind, purpose, dedupe_key, due_at, attempts)
  select 'sms', 'post', 'sms', 'service', dedupe_key, now(), ${attempts} from key returning id`.execute(db);
  if (state !== 'planned')
    await endRows(
      db,
      endsWithout(sql`select ${made.rows[0]?.id}::bigint as id, ${state} as state, 'x' as reason`),
      sql`true`,
    );
};

describe('text messages', () => {
  it('are known not to go out when each of the last three came to nothing', async () => {
    expect(await isSmsDown(db)).toBe(false);
    await sms('sent', 1);
    expect(await isSmsDown(db)).toBe(false);
    await sms('failed', 4);
    await sms('planned', 2);
    expect(await isSmsDown(db)).toBe(false);
    await sms('failed', 4);
    expect(await isSmsDown(db)).toBe(true);
    await sms('sent', 1);
    expect(await isSmsDown(db)).toBe(false);
  });
});
