import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { Fault } from './errors.ts';
import { sha256 } from './secrets.ts';

const directory = join(import.meta.dirname, '../../migrations');

/**
 * Hashes of other wordings under which a file has been given out and has run, to the same effect: a database that ran
 * one of them goes on.
 */
const otherWordings: Readonly<Record<string, readonly string[]>> = {
  '0034_less_to_count.sql': ['d31c56ad9eed7c99a5eaf87a0c802d01638bb6cbdd46b2e9524abc99b4def595'],
};

/** Two processes that start together wait for one another here. */
const migrationLock = 7_210_401;

/**
 * Runs the plain SQL files of migrations/ that have not run yet, each in its own transaction, in order.
 * A file that changed after it ran is a fault: migrations go forward only.
 * @returns the names of the files that ran now
 */
export async function migrate(pool: pg.Pool): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await client.query(`create table if not exists schema_migrations (
      name text primary key, sha256 bytea not null, applied_at timestamptz not null default now())`);
    await client.query(
      `comment on table schema_migrations is 'Which migrations have run, with the hash of their text.'`,
    );
    const applied = await client.query<{ name: string; sha256: Buffer }>(
      'select name, sha256 from schema_migrations',
    );
    const known = new Map(applied.rows.map((row) => [row.name, row.sha256]));
    const ran: string[] = [];
    for (const name of names) {
      const text = await readFile(join(directory, name), 'utf8');
      const before = known.get(name);
      if (before && !before.equals(sha256(text)) && !otherWordings[name]?.includes(before.toString('hex')))
        throw new Fault('migration_changed', `${name} was changed after it had run`);
      if (before) continue;
      await runOne(client, name, text);
      ran.push(name);
    }
    return ran;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    client.release();
  }
}

/** The migrations that have not run here; all of them where there are no tables at all. */
export async function listPendingMigrations(pool: pg.Pool): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const { rows } = await pool.query(`select to_regclass('schema_migrations') is not null as known`);
  if (!rows[0]?.known) return names;
  const applied = await pool.query<{ name: string }>('select name from schema_migrations');
  const known = new Set(applied.rows.map((row) => row.name));
  return names.filter((name) => !known.has(name));
}

async function runOne(client: pg.PoolClient, name: string, text: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256(text)]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw new Fault('migration_failed', `${name} failed: ${(cause as Error).message}`, { cause });
  }
}
