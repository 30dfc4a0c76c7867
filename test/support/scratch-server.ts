import { Client, Pool } from 'pg';
import { embeddedDataDirectory, startEmbeddedPostgres } from '#foundation/embedded-postgres.ts';
import { migrate } from '#foundation/migrate.ts';

/**
 * A PostgreSQL of one's own for proofs of what is right rather than of what survives: durability is off, and a storm
 * is over sooner.
 */
export async function openScratchServer(name: string) {
  const server = await startEmbeddedPostgres({
    directory: embeddedDataDirectory(process.cwd(), name),
    durable: false,
    fresh: true,
    settings: ['max_wal_size=4GB'],
  });
  return {
    /** A new, migrated database. @returns its url */
    async openDatabase(database: string): Promise<string> {
      const admin = new Client({ connectionString: server.url() });
      await admin.connect();
      await admin.query(`create database ${database}`);
      await admin.end();
      const pool = new Pool({ connectionString: server.url(database), max: 1 });
      await migrate(pool);
      await pool.end();
      return server.url(database);
    },
    remove: () => server.remove(),
  };
}
