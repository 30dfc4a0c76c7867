import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { embeddedDataDirectory, startEmbeddedPostgres } from '#foundation/embedded-postgres.ts';
import { migrate } from '#foundation/migrate.ts';

export type DurableDatabase = {
  url: string;
  pool: pg.Pool;
  /** The id of the server's first process. */
  serverPid(): Promise<number>;
  /** Stops the server, with a farewell or as a crash would, and starts it on the same port; resolves when it is back. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  remove(): Promise<void>;
};

/**
 * A PostgreSQL of one's own with durability on, as in production, and a migrated database in it. For benches and
 * storms: what they measure and survive must not owe anything to a switched-off fsync.
 */
export async function openDurableDatabase(name: string): Promise<DurableDatabase> {
  const directory = embeddedDataDirectory(process.cwd(), name);
  const server = await startEmbeddedPostgres({
    directory,
    durable: true,
    fresh: true,
    // Those of compose.yaml.
    settings: ['shared_buffers=512MB', 'max_wal_size=4GB'],
  });
  const url = server.url();
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  await migrate(pool);
  return {
    url,
    pool,
    async serverPid() {
      const { rows } = await pool.query<{ pid: number }>(
        `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
      );
      return rows[0]?.pid ?? 0;
    },
    restart: (mode) => restart(directory, mode),
    async remove() {
      await pool.end();
      await server.remove();
    },
  };
}

async function restart(directory: string, mode: string): Promise<void> {
  const { pg_ctl: pgCtl } = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
  const { uid, gid } = statSync(directory);
  const given = ['restart', '-w', '-m', mode, '-D', directory, '-l', join(directory, 'server.log')];
  const child = spawn(pgCtl, given, { stdio: 'ignore', ...(process.getuid?.() === 0 && { uid, gid }) });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`pg_ctl restart ended with ${code}`);
}
