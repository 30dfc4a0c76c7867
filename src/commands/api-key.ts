import { readScopes } from '#features/staff/api-key-rules.ts';
import { createApiKey } from '#features/staff/create-api-key.ts';
import { revokeApiKey } from '#features/staff/revoke-api-key.ts';
import { wireClock } from '#foundation/clock.ts';
import { connectDatabase, type Tx } from '#foundation/db.ts';
import { apiScopes } from '#foundation/http.ts';
import { createLogger } from '#foundation/log.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { loadDatabaseUrl } from '../config.ts';

const usage = `npm run api-key -- NAME SCOPE…      makes a key and prints it once
npm run api-key -- --revoke NAME    ends a key at once
Scopes: ${apiScopes.join(', ')}
`;
const actor = { kind: 'system', id: 'command:api-key' } as const;

/** What was asked for on the command line. @returns what to print, and the exit code */
async function run(args: readonly string[], within: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>) {
  const [first, ...rest] = args;
  const now = wireClock.now();
  if (first === '--revoke' && rest.length === 1) {
    const name = rest[0] as string;
    const revoked = await within((tx) => revokeApiKey(tx, { name, now, actor }));
    if (revoked.ok) return { code: 0, text: `The key "${name}" is revoked.\n` };
    switch (revoked.reason) {
      case 'unknown_key':
        return { code: 1, text: `There is no key "${name}".\n` };
      case 'already_revoked':
        return { code: 1, text: `The key "${name}" was revoked before.\n` };
      default:
        return neverHappens(revoked.reason);
    }
  }
  if (first === undefined || first.startsWith('-')) return { code: 1, text: usage };
  if (!/^[\p{L}\p{N} _.-]{1,60}$/u.test(first)) {
    return { code: 1, text: 'A key\'s name has 1 to 60 letters, digits, spaces, ".", "_" or "-".\n' };
  }
  const read = readScopes(rest);
  if (!read.ok && read.reason === 'unknown_scope') {
    return { code: 1, text: `There is no scope "${read.name}". Scopes: ${apiScopes.join(', ')}\n` };
  }
  if (!read.ok) return { code: 1, text: `Name at least one scope: ${apiScopes.join(', ')}\n` };
  const made = await within((tx) => createApiKey(tx, { name: first, scopes: read.scopes, now, actor }));
  if (!made.ok)
    return { code: 1, text: `There is a key "${first}" already, living or revoked: take another name.\n` };
  return { code: 0, text: `${made.key}\nThis is shown once. Scopes: ${read.scopes.join(', ')}\n` };
}

const connection = connectDatabase(loadDatabaseUrl(), { log: createLogger('warn'), name: 'api-key', max: 1 });
const outcome = await run(process.argv.slice(2), (work) => connection.db.transaction().execute(work));
(outcome.code === 0 ? process.stdout : process.stderr).write(outcome.text);
await connection.close();
process.exitCode = outcome.code;
