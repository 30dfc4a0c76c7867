import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Audience, readAudience } from './audience-reads.ts';

/** Makes an audience or names it anew. Saving the same again changes and records nothing. */
export async function saveAudience(
  tx: Tx,
  input: { key: string; name: string; now: Date; actor: Actor },
): Promise<{ audience: Audience; change: 'created' | 'changed' | 'none' }> {
  const { key, name, now, actor } = input;
  const made = await tx
    .insertInto('audiences')
    .values({ key, name, created_at: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  const known = await tx
    .selectFrom('audiences')
    .select(['id', 'name'])
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const change = made ? 'created' : known.name === name ? 'none' : 'changed';
  if (change === 'changed')
    await tx.updateTable('audiences').set({ name }).where('id', '=', known.id).execute();
  if (change !== 'none') {
    await recordAudit(tx, {
      at: now,
      actor,
      action: change === 'created' ? 'audience.created' : 'audience.renamed',
      subjectKind: 'audience',
      subjectId: String(known.id),
      ...(change === 'changed' && { before: { key, name: known.name } }),
      after: { key, name },
    });
  }
  return { audience: (await readAudience(tx, key)) as Audience, change };
}
