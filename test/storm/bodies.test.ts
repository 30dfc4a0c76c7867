import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createLogger } from '#foundation/log.ts';
import { startLineServer } from '#simulator/line-server.ts';
import { createLinePlatform } from '#simulator/platform.ts';
import { openTestDatabase } from '../support/database.ts';
import { channelSecret } from '../support/webhook.ts';
import { postFuzzed } from './bodies.ts';

const seed = 20_260_701;
const { db, pool, url } = await openTestDatabase();
const platform = createLinePlatform({
  channelSecret,
  rateLimits: false,
  unknownUsers: 'befriend',
  lean: true,
});
const line = await startLineServer(platform);
const openApp = async (role: string) => {
  const outcome = readConfig({
    DATABASE_URL: url,
    PUBLIC_URL: 'https://shuke.example',
    LINE_CHANNEL_SECRET: channelSecret,
    LINE_CHANNEL_ACCESS_TOKEN: platform.account.channelAccessToken,
    LINE_API_BASE_URL: line.url,
    LINE_DATA_API_BASE_URL: line.url,
    DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOST: '127.0.0.1',
    PORT: '0',
    ROLE: role,
  });
  if (!outcome.ok) throw new Error(outcome.faults.join(', '));
  return createApp(outcome.config, { log: createLogger('silent'), loopbackOnly: true });
};
const app = await openApp('web');
afterAll(async () => {
  await app.stop();
  await line.close();
});

describe('10,000 fuzzed bodies', () => {
  it('get 200 when rightly signed and 401 without a row when forged', { timeout: 240_000 }, async () => {
    const { posted, findings } = await postFuzzed({
      seed,
      count: 10_000,
      pool,
      async post({ body, signature, contentType }) {
        const answer = await app.http.inject({
          method: 'POST',
          url: '/line/webhook',
          payload: body,
          headers: {
            'content-type': contentType,
            ...(signature !== null && { 'x-line-signature': signature }),
          },
        });
        return answer.statusCode;
      },
    });
    expect(findings).toEqual([]);
    expect(posted).toBe(10_000);
  });

  it('are carried out or left alone, and none is parked', { timeout: 240_000 }, async () => {
    const kept = 300;
    // The longest stay: among them are those that nest deeply.
    await sql`
      delete from inbox_events where state = 'waiting' and id not in (
        select id from inbox_events where state = 'waiting' order by length(body) > 30000 desc, md5(event_key) limit ${kept})`.execute(
      db,
    );
    const chat = await openApp('chat');
    await chat.start();
    await chat.drain();
    await chat.stop();
    const ends = await sql<{ state: string; error: string | null }>`
      select state, error from inbox_events where state in ('waiting', 'parked')`.execute(db);
    expect(ends.rows).toEqual([]);
    const done = await sql<{ count: number }>`
      select count(*) as count from inbox_events where state = 'done'`.execute(db);
    expect(done.rows[0]?.count).toBeGreaterThan(kept / 4);
  });
});
