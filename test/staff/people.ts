import type { Decider } from '#features/staff/approvals/approval-kind-rules.ts';
import type { StaffRole } from '#features/staff/permission-rules.ts';
import type { Actor } from '#foundation/audit.ts';
import { type Db, sql } from '#foundation/db.ts';
import { noon } from '../support/shop.ts';

let names = 0;

/** Somebody who works here, as approvals look at them, and as the actor of what they do. */
export async function hire(
  db: Db,
  role: StaffRole,
  of: { storeIds?: readonly number[]; name?: string } = {},
): Promise<Decider & { name: string; actor: Actor }> {
  const name = of.name ?? `${role} ${names++}`;
  const storeIds = of.storeIds ?? [];
  const made = await sql<{ id: number }>`
    insert into staff_accounts (name, role, created_at, joined_at) values (${name}, ${role}, ${noon}, ${noon})
    returning id`.execute(db);
  const staffId = made.rows[0]?.id as number;
  await sql`
    insert into staff_stores (staff_id, store_id)
    select ${staffId}, store from unnest(${storeIds}::bigint[]) store`.execute(db);
  return {
    staffId,
    role,
    storeIds,
    deviceStoreId: null,
    name,
    actor: { kind: 'staff', id: String(staffId) },
  };
}

export async function letGo(db: Db, staffId: number): Promise<void> {
  await sql`update staff_accounts set disabled_at = ${noon} where id = ${staffId}`.execute(db);
}
