import { sql } from 'kysely';
import type pg from 'pg';

/** Our statements are few hundred fixed texts; what is built from lists of unlike length must not pile up beyond. */
const mostNames = 1_000;
const names = new Map<string, string>();

const mark = '/* planned afresh */';

/**
 * The first words of a statement that is planned each time, by the size that its tables have just then. A plan that is
 * kept is one for a table as it was, and one that was empty is read whole for every row that is looked up in it.
 */
export const afresh = sql.raw(mark);

function nameOf(text: string): string | undefined {
  if (text.startsWith(mark)) return undefined;
  const known = names.get(text);
  if (known !== undefined || names.size >= mostNames) return known;
  const name = `shuke-${names.size + 1}`;
  names.set(text, name);
  return name;
}

type Send = (query: unknown, values?: unknown, callback?: unknown) => unknown;

/**
 * From now on this connection prepares each statement with parameters once, but those that begin `afresh`: PostgreSQL spends three quarters of its
 * share of a chat turn on parsing and planning otherwise. A pooler between us and PostgreSQL has to know prepared
 * statements (PgBouncer since 1.21) or to pool whole sessions. What is sent within one turn of the event loop leaves
 * in one packet: handing each statement to the network by itself costs more than making it.
 */
export function prepareStatements(client: pg.PoolClient): void {
  const plain = client.query.bind(client) as Send;
  const gather = gatherWrites(client);
  const send: Send = (...query) => {
    gather();
    return plain(...query);
  };
  let begun: Promise<unknown> | null = null;
  const query: Send = (text, values, callback) => {
    if (text === 'begin') {
      begun = send(text) as Promise<unknown>;
      begun.catch(() => {});
      return Promise.resolve({ rows: [], rowCount: null, command: 'BEGIN' });
    }
    const name =
      typeof text === 'string' && Array.isArray(values) && values.length > 0 ? nameOf(text) : undefined;
    const answer = name === undefined ? send(text, values, callback) : send({ name, text, values }, callback);
    if (!begun) return answer;
    const both = Promise.all([begun, answer]);
    begun = null;
    return both.then(([, answered]) => answered);
  };
  Object.assign(client, { query });
}

/** Holds what is written to this connection until the turn that writes has come to its end. */
function gatherWrites(client: pg.PoolClient): () => void {
  const { stream } = (client as pg.PoolClient & { connection: pg.Connection }).connection;
  let isHeld = false;
  return () => {
    if (isHeld) return;
    isHeld = true;
    stream.cork();
    process.nextTick(() => {
      isHeld = false;
      stream.uncork();
    });
  };
}
