import { DummyDriver, Kysely, PostgresDialect, type RawBuilder, sql, Transaction } from 'kysely';
import pg from 'pg';
import type { Logger } from './log.ts';
import { prepareStatements } from './prepared-statements.ts';

/** Every room adds its own tables in its `tables.ts` by declaration merging; only that room writes them. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Database {}

/** For reading; a transaction is one too. */
export type Db = Kysely<Database>;
/** For writing and locking: opened at the door, never inside a feature. */
export type Tx = Transaction<Database>;

export type Connection = { db: Db; pool: pg.Pool; close(): Promise<void> };

const DATE = 1082;
const BIGINT = 20;
const BIGINT_ARRAY: number = 1016;
/** A DATE is a calendar day: as a JS Date it would move with the zone. */
pg.types.setTypeParser(DATE, (text) => text);
/** Our ids and counts stay far below 2^53. */
pg.types.setTypeParser(BIGINT, Number);
/** Without this an array of ids would be one of texts, and no `includes` would find a number in it. */
pg.types.setTypeParser(BIGINT_ARRAY, (text) =>
  JSON.parse(text.replaceAll('{', '[').replaceAll('}', ']').replaceAll('NULL', 'null')),
);

/** PostgreSQL's code for a statement of a transaction in which an earlier one failed. */
const afterFailure = '25P02';

const idleInTransactionMs = 30_000;

/**
 * A pool that survives restarts of PostgreSQL: every client has an error listener, idle or checked out.
 * `name` shows in pg_stat_activity.
 */
export function connectDatabase(
  url: string,
  options: {
    log: Logger;
    name: string;
    max: number;
    statementTimeoutMs?: number;
    idleInTransactionMs?: number;
  },
): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    // Statements of one transaction that do not wait for each other's answers travel together.
    pipeline: true,
    // A process whose network died would otherwise keep its rows locked for hours. Nothing of ours idles inside one.
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? idleInTransactionMs,
    ...(options.statementTimeoutMs ? { statement_timeout: options.statementTimeoutMs } : {}),
  });
  const onError = (error: Error) => options.log.warn({ err: error.message }, 'database connection lost');
  pool.on('error', onError);
  pool.on('connect', (client) => {
    client.on('error', onError);
    prepareStatements(client);
  });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    await db.destroy();
    // Kysely ends no pool that it has not used itself.
    if (!pool.ending) await pool.end();
  };
  return { db, pool, close };
}

/** What a transaction is made with and never asks for: it has its connection. */
const unasked = (() => {
  const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('No pool of its own')) });
  return { config: { dialect }, dialect, driver: new DummyDriver() };
})();

/**
 * Opens a transaction whose statements leave as soon as they are asked for. In Kysely's own each waits for the answer
 * to the one before it, awaited or not.
 */
export function openTransaction<T>(
  db: { transaction(): { execute<U>(work: (tx: Tx) => Promise<U>): Promise<U> } },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (tx) => {
    const executor = tx.getExecutor();
    const connection = await executor.provideConnection(async (held) => held);
    const direct = executor.withConnectionProvider({ provideConnection: (use) => use(connection) });
    return work(new Transaction<Database>({ ...unasked, executor: direct }));
  });
}

/**
 * Does at the same time, in one transaction, what does not wait for each other: the statements travel together. Ends
 * when all of it has ended, failed or not, because whatever went on after the rollback would find itself outside the
 * transaction; `Promise.all` must not be used for it.
 * @throws what the first of them threw; what failed only because another had is no reason
 */
export async function together<Work extends readonly unknown[]>(
  ...work: Work
): Promise<{ -readonly [Nth in keyof Work]: Awaited<Work[Nth]> }> {
  const ends = await Promise.allSettled(work);
  const failed = ends.filter((end) => end.status === 'rejected');
  const first = failed.find(({ reason }) => reason?.code !== afterFailure) ?? failed[0];
  if (first) throw first.reason;
  return ends.map((end) => end.status === 'fulfilled' && end.value) as {
    -readonly [Nth in keyof Work]: Awaited<Work[Nth]>;
  };
}

/**
 * Sends statements in one go: each sees what those before it did, as when sent one by one, and only one round trip is
 * waited for.
 * @throws what the first that failed threw
 */
export async function inOneGo<Rows extends readonly unknown[]>(
  db: Db,
  ...statements: { [Nth in keyof Rows]: RawBuilder<Rows[Nth]> }
): Promise<{ [Nth in keyof Rows]: Rows[Nth][] }> {
  const answers = await together(...statements.map((statement) => statement.execute(db)));
  return answers.map(({ rows }) => rows) as { [Nth in keyof Rows]: Rows[Nth][] };
}

/** The transaction or none: raw statements read the same for both. */
export { sql };
