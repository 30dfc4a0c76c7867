import { createServer } from 'node:net';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import pg from 'pg';
import { buildBrowserCode } from '../scripts/build.ts';
import { type App, createApp } from './app.ts';
import { type Config, readConfig, toolSettings } from './config.ts';
import { readAccount } from './features/staff/accounts/account-reads.ts';
import { invitationLink } from './features/staff/accounts/create-invitation.ts';
import { makeOwner } from './features/staff/accounts/make-owner.ts';
import { createApiKey } from './features/staff/create-api-key.ts';
import {
  type BusinessClock,
  createBusinessClock,
  dateInZone,
  instantInZone,
  timeInZone,
  wireClock,
} from './foundation/clock.ts';
import { embeddedDataDirectory, startEmbeddedPostgres } from './foundation/embedded-postgres.ts';
import { Fault } from './foundation/errors.ts';
import { apiScopes } from './foundation/http.ts';
import { newUuid } from './foundation/ids.ts';
import { createLogger } from './foundation/log.ts';
import { migrate } from './foundation/migrate.ts';
import { createRichMenuClient } from './line/rich-menu-client.ts';
import { readRichMenuFiles } from './line/rich-menu-files.ts';
import { publishRichMenus } from './line/rich-menus.ts';
import { enterDemoHome } from './simulator/demo-home.ts';
import { startLineServer } from './simulator/line-server.ts';
import { createLinePlatform } from './simulator/platform.ts';
import { simulatorRoutes } from './simulator/routes.ts';
import { demoBrandName, demoOwnerName } from './simulator/seed/demo-shop.ts';
import { seedDemoBrand } from './simulator/seed/seed-demo-brand.ts';
import { readTillChoices } from './simulator/till-choices.ts';
import { mapToLocal } from './simulator/url-map-rules.ts';

const publicUrl = 'https://shuke.example';
const zone = 'Asia/Taipei';
const root = join(import.meta.dirname, '..');
const log = createLogger('warn');
const isFresh = process.argv.includes('--fresh');

const startAdvice: Readonly<Record<string, string>> = {
  demo_running: 'Open its page, or stop it with Ctrl-C first.',
  migration_changed: 'This data was made by another version. Begin anew: npm run demo -- --fresh',
};

refuseTheRealWorld();
say('');
say('  ┌──────────────────────────────────────────────────────────────┐');
say('  │  DEMO. A simulated LINE on this machine: nothing leaves it.  │');
say('  └──────────────────────────────────────────────────────────────┘');

const home = await orTellWhy(
  enterDemoHome(toolSettings.demoHome() ?? embeddedDataDirectory(root, 'demo'), { fresh: isFresh }),
);
say(isFresh ? '  Starting anew …' : '  Starting …');
const [postgres] = await Promise.all([
  startEmbeddedPostgres({ directory: join(home.directory, 'postgres'), durable: true }),
  buildBrowserCode({ force: false }),
]);
await orTellWhy(prepareDatabase(postgres.url()), async () => {
  await postgres.stop();
  await home.leave();
});

const port = await choosePort(toolSettings.demoPort());
const origin = `http://127.0.0.1:${port}`;
const businessClock = await setClock();
const platform = createLinePlatform({
  seed: 'shuke-demo',
  displayName: demoBrandName,
  shownNow: () => businessClock.now().getTime(),
  mapUrl: (url) => mapToLocal(url, publicUrl, origin),
});
await platform.saveTo(home.platformFile);
const line = await startLineServer(platform);
const app = await startService();
await publishMenus();
await app.start();

closeWithGrace({ delay: 15_000, logger: false }, async ({ err }) => {
  if (err) log.error({ err }, 'the demo stops after a fault');
  await app.stop();
  await line.close();
  await platform.close();
  await postgres.stop();
  await home.leave();
});

say(`  Open     ${origin}/simulator/`);
say(`  Console  ${await consoleAddress()}`);
say(`  Audit    DATABASE_URL=${postgres.url()} npm run audit`);
say('  Stop with Ctrl-C; people, chats and the clock are kept. Begin anew: npm run demo -- --fresh');
say('');

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** The demo never speaks to LINE, and never touches a database that is not its own. */
function refuseTheRealWorld(): void {
  const fault = toolSettings.lineToken()
    ? 'LINE_CHANNEL_ACCESS_TOKEN or LINE_CHANNEL_ID is set: the demo refuses real LINE credentials.'
    : toolSettings.databaseUrl()
      ? 'DATABASE_URL is set: the demo brings its own database and refuses to fill another.'
      : null;
  if (fault === null) return;
  process.stderr.write(`${fault} Unset it, or run: npm start\n`);
  process.exit(1);
}

/** A fault that the person at the keyboard can mend is a sentence, not a stack. */
async function orTellWhy<T>(work: Promise<T>, tidyUp = async () => {}): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const advice = error instanceof Fault ? startAdvice[error.code] : undefined;
    if (advice === undefined || !(error instanceof Fault)) throw error;
    await tidyUp();
    process.stderr.write(`${error.message}. ${advice}\n`);
    process.exit(1);
  }
}

/** The clock as it was left; not in the minutes between the morning's plan and 09:00, when the next morning brings nothing. */
async function setClock(): Promise<BusinessClock> {
  const clock = createBusinessClock(undefined, home.clockOffsetMs);
  const now = clock.now();
  const time = timeInZone(now, zone);
  if (time < '08:50' || time >= '09:00') return clock;
  clock.jumpTo(instantInZone(dateInZone(now, zone), '09:00', zone));
  await home.keepClock(clock.offsetMs());
  return clock;
}

async function prepareDatabase(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}

async function startService(): Promise<App> {
  const service = await createApp(demoConfig(), {
    log,
    businessClock,
    loopbackOnly: true,
    origin,
    sms: {
      async send(sms) {
        platform.sms.deliver(sms);
        return { ok: true, status: 200 };
      },
    },
  });
  const seeded = await seedDemoBrand(service.db, {
    secrets: service.secrets,
    now: businessClock.now(),
    shoppers: platform.people
      .list()
      .map(({ userId, displayName, language }) => ({ userId, displayName, language })),
  });
  for (const userId of seeded.ok ? seeded.followers : []) {
    const person = platform.people.find(userId);
    if (person) Object.assign(person, { following: true, hasFollowedBefore: true });
  }
  const key = await home.keep('till-key', () => makeTillKey(service));
  await service.http.register(simulatorRoutes, {
    platform,
    webhookUrl: `${origin}/line/webhook`,
    clock: {
      now: businessClock.now,
      async jumpTo(instant) {
        businessClock.jumpTo(instant);
        await home.keepClock(businessClock.offsetMs());
        await service.clockMoved();
      },
    },
    till: async () => ({ apiKey: key, ...(await readTillChoices(service.db)) }),
    pageDir: join(root, 'dist/browser/simulator'),
    businessZone: zone,
  });
  return service;
}

function demoConfig(): Config {
  const { account } = platform;
  const outcome = readConfig({
    DATABASE_URL: postgres.url(),
    PUBLIC_URL: publicUrl,
    LINE_CHANNEL_SECRET: account.channelSecret,
    LINE_CHANNEL_ACCESS_TOKEN: account.channelAccessToken,
    LINE_API_BASE_URL: line.url,
    LINE_DATA_API_BASE_URL: line.url,
    DATA_KEY: home.dataKey,
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'warn',
  });
  if (!outcome.ok) throw new Error(`The demo's own settings do not fit: ${outcome.faults.join(', ')}`);
  return outcome.config;
}

/** A key is shown once; the demo keeps its own beside its database. */
async function makeTillKey(service: App): Promise<string> {
  const made = await service.transact((tx) =>
    createApiKey(tx, {
      name: `demo-till-${newUuid().slice(0, 8)}`,
      scopes: apiScopes,
      now: service.businessClock.now(),
      actor: { kind: 'system', id: 'demo' },
    }),
  );
  if (!made.ok) throw new Error('The demo could not make a key for its till');
  return made.key;
}

/** The console; until the demo's owner has joined, by a one-time link. */
async function consoleAddress(): Promise<string> {
  const owner = await readAccount(app.db, { name: demoOwnerName });
  if (owner?.hasJoined) return `${origin}/console`;
  const made = await app.transact((tx) =>
    makeOwner(tx, {
      name: demoOwnerName,
      actor: { kind: 'system', id: 'demo' },
      now: businessClock.now(),
      wireNow: wireClock.now(),
    }),
  );
  if (!made.ok) throw new Error(`The demo could not make its owner: ${made.reason}`);
  return `${invitationLink(origin, made.invitation.token)}  (one-time link for ${demoOwnerName})`;
}

async function publishMenus(): Promise<void> {
  const client = createRichMenuClient({
    apiBaseUrl: line.url,
    dataApiBaseUrl: line.url,
    accessToken: () => platform.account.channelAccessToken,
  });
  await publishRichMenus(client, await readRichMenuFiles(join(root, 'rich-menus')), log);
}

/** The wanted port, or a free one when somebody else has it. */
/** The port that was asked for; where somebody else has it, the one that this demo took in its place before. */
async function choosePort(wanted: number): Promise<number> {
  const tryPort = (candidate: number) =>
    new Promise<number | null>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(null));
      probe.listen(candidate, '127.0.0.1', () => {
        const found = (probe.address() as { port: number }).port;
        probe.close(() => resolve(found));
      });
    });
  const anyPort = async () => String((await tryPort(0)) ?? wanted);
  return (
    (await tryPort(wanted)) ??
    (await tryPort(Number(await home.keep('port', anyPort)))) ??
    (await tryPort(0)) ??
    wanted
  );
}
