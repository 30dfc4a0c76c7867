import './tables.ts';
import type { Db } from '#foundation/db.ts';
import type { ApiScope } from '#foundation/http.ts';
import { sha256 } from '#foundation/secrets.ts';

export type ApiKey = { id: number; name: string; scopes: readonly ApiScope[]; lastUsedAt: Date | null };

/** The living key that was presented, or null: unknown and revoked keys read alike. */
export async function readApiKey(db: Db, presented: string): Promise<ApiKey | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'name', 'scopes', 'last_used_at'])
    .where('key_hash', '=', sha256(presented))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  return { id: row.id, name: row.name, scopes: row.scopes as ApiScope[], lastUsedAt: row.last_used_at };
}

export type ListedApiKey = ApiKey & { createdAt: Date; revokedAt: Date | null };

/** Keys, the newest first, revoked ones included. @param before the id before which the page begins */
export async function readApiKeys(
  db: Db,
  input: { id?: number; before?: number | undefined; limit: number },
): Promise<ListedApiKey[]> {
  let query = db
    .selectFrom('api_keys')
    .select(['id', 'name', 'scopes', 'created_at', 'last_used_at', 'revoked_at'])
    .orderBy('id', 'desc')
    .limit(input.limit);
  if (input.id !== undefined) query = query.where('id', '=', input.id);
  if (input.before !== undefined) query = query.where('id', '<', input.before);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: row.scopes as ApiScope[],
    lastUsedAt: row.last_used_at,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));
}
