import { loadConfig } from '../config.ts';
import { wireClock } from '../foundation/clock.ts';
import { connectDatabase } from '../foundation/db.ts';
import { createLogger } from '../foundation/log.ts';
import { createSecrets } from '../foundation/secrets.ts';
import { seedDemoBrand } from '../simulator/seed/seed-demo-brand.ts';

const config = loadConfig();
const connection = connectDatabase(config.databaseUrl, {
  log: createLogger('warn'),
  name: 'shuke-seed',
  max: 2,
});
try {
  const seeded = await seedDemoBrand(connection.db, {
    secrets: createSecrets(config.dataKey, config.dataKeyPrevious),
    now: wireClock.now(),
  });
  if (seeded.ok) {
    console.log(
      `The demo brand stands: ${seeded.members} members, ${seeded.purchases} purchases, all flows on.`,
    );
  } else {
    console.error(
      'This database has members already: the demo brand only goes into an empty one. Nothing was changed.',
    );
    process.exitCode = 1;
  }
} finally {
  await connection.close();
}
