import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import type { ApiScope } from '#foundation/http.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { sha256 } from '#foundation/secrets.ts';
import { newApiKey } from './api-key-rules.ts';

/** Makes a key; its text leaves here once and is stored only as a hash. A name serves one key for ever. */
export async function createApiKey(
  tx: Tx,
  input: { name: string; scopes: readonly ApiScope[]; now: Date; actor: Actor },
): Promise<{ ok: true; id: number; key: string } | Refused<'name_taken'>> {
  const key = newApiKey();
  const row = await tx
    .insertInto('api_keys')
    .values({
      name: input.name,
      key_hash: sha256(key),
      scopes: [...input.scopes],
      created_at: input.now,
      last_used_at: null,
      revoked_at: null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return refuse('name_taken');
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'api_key.created',
    subjectKind: 'api_key',
    subjectId: String(row.id),
    after: { name: input.name, scopes: input.scopes },
  });
  return { ok: true, id: row.id, key };
}
