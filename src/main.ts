import closeWithGrace from 'close-with-grace';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';
import { createLogger } from './foundation/log.ts';

const config = loadConfig();
const log = createLogger(config.logLevel);
const app = await createApp(config, { log });

closeWithGrace({ delay: 20_000, logger: false }, async ({ err }) => {
  if (err) log.error({ err }, 'stopping after a fault');
  await app.stop();
});

await app.start();
log.info({ url: config.publicUrl, port: app.port(), roles: [...config.roles] }, 'Shuke is up');
