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
