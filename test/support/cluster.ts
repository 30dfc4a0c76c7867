import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { embeddedDataDirectory, startEmbeddedPostgres } from '#foundation/embedded-postgres.ts';
import { migrate } from '#foundation/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    adminUrl: string;
  }
}

export const templateName = 'shuke_template';

/** One server for the whole run, with a migrated template that each test file clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbeddedPostgres({
    directory: embeddedDataDirectory(process.cwd(), `test-${process.pid}`),
    durable: false,
    settings: [
      // Many files and their processes at once, each with pools of its own.
      'max_connections=400',
      // What it knows of a table is what a test lets it analyze: plans do not hang on when a worker came by.
      'autovacuum=off',
      // Some two hundred clones go through the log, and nobody will ever recover from it.
      ...['wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=8GB', 'checkpoint_timeout=1h'],
    ],
  });
  const admin = new pg.Client({ connectionString: server.url() });
  await admin.connect();
  await admin.query(`create database ${templateName}`);
  const pool = new pg.Pool({ connectionString: server.url(templateName), max: 1 });
  await migrate(pool);
  await pool.end();
  await admin.end();
  project.provide('adminUrl', server.url());
  return () => server.remove();
}
