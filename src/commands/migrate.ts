import { loadDatabaseUrl } from '../config.ts';
import { connectDatabase } from '../foundation/db.ts';
import { createLogger } from '../foundation/log.ts';
import { migrate } from '../foundation/migrate.ts';

const connection = connectDatabase(loadDatabaseUrl(), {
  log: createLogger('warn'),
  name: 'shuke-migrate',
  max: 1,
});
try {
  const ran = await migrate(connection.pool);
  console.log(ran.length === 0 ? 'Nothing to migrate.' : `Migrated: ${ran.join(', ')}`);
} finally {
  await connection.close();
}
