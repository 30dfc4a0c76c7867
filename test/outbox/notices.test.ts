import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { isSmsDown } from '#outbox/outbox-reads.ts';
import { openTestDatabase } from '../support/database.ts';

const { db } = await openTestDatabase();

const sms = (state: 'sent' | 'failed' | 'planned', attempts: number) =>
  sql`
  with key as (insert into outbox_keys (dedupe_key) values (gen_random_uuid()::text) returning dedupe_key)
  insert into outbox_messages (channel, method, kind, purpose, dedupe_key, state, due_at, attempts, reason, finished_at)
  select 'sms', 'post', 'sms', 'service', dedupe_key, ${state}, now(), ${attempts}, 'x',
         case when ${state} = 'planned' then null else now() end from key`.execute(db);

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
