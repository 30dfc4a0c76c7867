import { constants, getPriority, setPriority } from 'node:os';
import closeWithGrace from 'close-with-grace';
import { type App, createApp } from './app.ts';
import { loadConfig } from './config.ts';
import { describeError } from './foundation/errors.ts';
import { createLogger } from './foundation/log.ts';

const config = loadConfig();
const log = createLogger(config.logLevel);
let app: App | null = null;

/** Whoever stops us waits 20 s as a rule; what is not in hand by then is only in the database, and safe there. */
const stopWithinMs = 14_000;

// Who only plans and pushes leaves the processor to those who answer, where they share a machine.
const isWorkerOnly = !config.roles.has('web') && !config.roles.has('chat');
const yielding = constants.priority.PRIORITY_BELOW_NORMAL;
// Who was started at a lower one still may not raise it.
if (isWorkerOnly && getPriority() < yielding) setPriority(yielding);

closeWithGrace({ delay: stopWithinMs, logger: false }, async ({ err }) => {
  if (err) log.error({ err }, 'stopping after a fault');
  await app?.stop();
});

try {
  app = await createApp(config, { log });
  await app.start();
  log.info({ url: config.publicUrl, port: app.port(), roles: [...config.roles] }, 'Shuke is up');
} catch (error) {
  process.stderr.write(`Shuke cannot start. ${describeError(error)}\n`);
  process.exit(1);
}
