import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createLogger } from '#foundation/log.ts';
import { openTestDatabase } from './support/database.ts';

const database = await openTestDatabase();

describe('the app', () => {
  it('lets no statement hold a connection for ever', async () => {
    const outcome = readConfig({
      DATABASE_URL: database.url,
      PUBLIC_URL: 'https://club.example.com',
      LINE_CHANNEL_SECRET: '0'.repeat(32),
      LINE_CHANNEL_ACCESS_TOKEN: 'a-long-lived-token',
      DATA_KEY: Buffer.alloc(32, 1).toString('base64'),
    });
    if (!outcome.ok) throw new Error(outcome.faults.join(', '));
    const app = await createApp(outcome.config, { log: createLogger('silent') });
    const limit = await sql<{ statement_timeout: string }>`show statement_timeout`.execute(app.db);
    const idle = await sql`show idle_in_transaction_session_timeout`.execute(app.db);
    await app.stop();
    expect(limit.rows).toEqual([{ statement_timeout: '10s' }]);
    expect(idle.rows).toEqual([{ idle_in_transaction_session_timeout: '30s' }]);
  });
});
