import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';

/** Ends a key at once; its row and its answers stay. */
export async function revokeApiKey(
  tx: Tx,
  input: { name: string; now: Date; actor: Actor },
): Promise<{ ok: true; id: number } | Refused<'unknown_key' | 'already_revoked'>> {
  const row = await tx
    .selectFrom('api_keys')
    .select(['id', 'revoked_at'])
    .where('name', '=', input.name)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return refuse('unknown_key');
  if (row.revoked_at) return refuse('already_revoked');
  await tx.updateTable('api_keys').set({ revoked_at: input.now }).where('id', '=', row.id).execute();
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'api_key.revoked',
    subjectKind: 'api_key',
    subjectId: String(row.id),
  });
  return { ok: true, id: row.id };
}
