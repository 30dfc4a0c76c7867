import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { addMs, createBusinessClock, wireClock } from '../../src/foundation/clock.ts';
import { createLogger } from '../../src/foundation/log.ts';

// The production entry with paces that LINE itself would not take: only for a LINE on this machine.
const config = loadConfig();
const log = createLogger(config.logLevel);
const linePaces = JSON.parse(process.env.BENCH_PACES ?? '{}');
const businessClock = createBusinessClock(wireClock, Number(process.env.BENCH_AHEAD_MS ?? 0));
const app = await createApp({ ...config, linePaces }, { log, loopbackOnly: true, businessClock });
// The schedule looks every minute: nobody waits for the coming one.
process.on('SIGUSR2', () => {
  businessClock.jumpTo(addMs(businessClock.now(), 60_000));
  void app.clockMoved();
});
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)));
await app.start();
log.info({ port: app.port(), roles: [...config.roles] }, 'Shuke is up');
