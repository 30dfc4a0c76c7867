import { createApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { invitationLink } from '#features/staff/accounts/create-invitation.ts';
import { makeOwner } from '#features/staff/accounts/make-owner.ts';
import { wireClock } from '#foundation/clock.ts';
import { freePort } from '#foundation/embedded-postgres.ts';
import { createLogger } from '#foundation/log.ts';
import { buildBrowserCode } from '../../scripts/build.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStore } from '../support/shop.ts';

/** The whole service on loopback, its pages built, with two stores and nobody who works there yet. */
export async function openConsoleApp() {
  const database = await openTestDatabase();
  await buildBrowserCode({ force: false });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const outcome = readConfig({
    DATABASE_URL: database.url,
    PUBLIC_URL: origin,
    LINE_CHANNEL_SECRET: '0'.repeat(32),
    LINE_CHANNEL_ACCESS_TOKEN: 'nobody listens to it',
    // Nobody listens on port 9: pages need no LINE.
    LINE_API_BASE_URL: 'http://127.0.0.1:9',
    LINE_DATA_API_BASE_URL: 'http://127.0.0.1:9',
    DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'silent',
  });
  if (!outcome.ok) throw new Error(outcome.faults.join(', '));
  await openStore(database.db);
  await openStore(database.db, 'banqiao', '板橋店');
  const app = await createApp(outcome.config, { log: createLogger('silent'), loopbackOnly: true });
  await app.start();

  return {
    origin,
    db: database.db,
    stop: () => app.stop(),
    /** What `npm run owner` prints. */
    async ownerLink(name: string): Promise<string> {
      const made = await app.transact((tx) =>
        makeOwner(tx, {
          name,
          actor: { kind: 'system', id: 'test' },
          now: wireClock.now(),
          wireNow: wireClock.now(),
        }),
      );
      if (!made.ok) throw new Error(made.reason);
      return invitationLink(origin, made.invitation.token);
    },
  };
}
