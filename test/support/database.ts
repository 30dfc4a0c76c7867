import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { type Connection, connectDatabase } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { templateName } from './cluster.ts';

export type TestDatabase = Connection & { url: string };

/** A database of its own for the calling test file, cloned from the migrated template and dropped after it. */
export async function openTestDatabase(options: { max?: number } = {}): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(adminUrl, `create database ${name} template ${templateName}`);
  const url = adminUrl.replace(/\/postgres$/, `/${name}`);
  const connection = connectDatabase(url, {
    log: createLogger('silent'),
    name: 'test',
    max: options.max ?? 10,
  });
  afterAll(async () => {
    await connection.close();
    await administer(adminUrl, `drop database ${name} with (force)`);
  });
  return { ...connection, url };
}

async function administer(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
