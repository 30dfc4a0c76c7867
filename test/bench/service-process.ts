import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLogger } from '../../src/foundation/log.ts';

// The production entry with paces that LINE itself would not take: only for a LINE on this machine.
const config = loadConfig();
const log = createLogger(config.logLevel);
const linePaces = JSON.parse(process.env.BENCH_PACES ?? '{}');
const app = await createApp({ ...config, linePaces }, { log, loopbackOnly: true });
// The bench plans from outside; the service's own planner wakes the courier beside it with every batch.
process.on('SIGUSR2', () => app.wake());
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)));
await app.start();
log.info({ port: app.port(), roles: [...config.roles] }, 'Shuke is up');
