import pg from 'pg';
import { embeddedDataDirectory, startEmbeddedPostgres } from '#foundation/embedded-postgres.ts';
import { migrate } from '#foundation/migrate.ts';

export type DurableDatabase = { url: string; pool: pg.Pool; remove(): Promise<void> };

/**
 * A PostgreSQL of one's own with durability on, as in production, and a migrated database in it. For benches and
 * storms: what they measure and survive must not owe anything to a switched-off fsync.
 */
export async function openDurableDatabase(name: string): Promise<DurableDatabase> {
  const server = await startEmbeddedPostgres({
    directory: embeddedDataDirectory(process.cwd(), name),
    durable: true,
    fresh: true,
    settings: ['max_wal_size=4GB'],
  });
  const url = server.url();
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  await migrate(pool);
  return {
    url,
    pool,
    remove: async () => {
      await pool.end();
      await server.remove();
    },
  };
}
