import './tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { sql } from '#foundation/db.ts';
import { readStoreByCode, type Store } from './store-reads.ts';

/** Makes a store or replaces what is said about it. Saving the same again changes and records nothing. */
export async function saveStore(
  tx: Tx,
  input: Omit<Store, 'storeId'> & { now: Date; actor: Actor },
): Promise<{ store: Store; change: 'created' | 'changed' | 'none' }> {
  await sql`select pg_advisory_xact_lock(hashtext(${`store:${input.code}`}))`.execute(tx);
  const before = await readStoreByCode(tx, input.code);
  const { code, name, address, phone, openingHours, closedDays } = input;
  const wanted = { code, name, address, phone, openingHours, closedDays };
  if (before && sameStore(before, wanted)) return { store: before, change: 'none' };
  const row = { name, address, phone, opening_hours: openingHours, closed_days: closedDays };
  const { id } = await tx
    .insertInto('stores')
    .values({ code, ...row, created_at: input.now, closed_at: null })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: before ? 'store.changed' : 'store.created',
    subjectKind: 'store',
    subjectId: String(id),
    ...(before && { before }),
    after: wanted,
  });
  return { store: { storeId: id, ...wanted }, change: before ? 'changed' : 'created' };
}

function sameStore(store: Store, wanted: Omit<Store, 'storeId'>): boolean {
  const { storeId: _, ...known } = store;
  return (Object.keys(wanted) as (keyof typeof wanted)[]).every((key) => known[key] === wanted[key]);
}
