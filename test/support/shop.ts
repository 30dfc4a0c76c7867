import { findOrCreateByPhone } from '#features/members/find-or-create-by-phone.ts';
import type { Person } from '#features/members/person-reads.ts';
import { saveStore } from '#features/stores/save-store.ts';
import type { Store } from '#features/stores/store-reads.ts';
import { type Db, sql, type Tx } from '#foundation/db.ts';
import { createSecrets, type Secrets } from '#foundation/secrets.ts';

export const tester = { kind: 'system', id: 'test' } as const;
export const testSecrets: Secrets = createSecrets(Buffer.alloc(32, 7));
export const noon = new Date('2026-11-21T04:00:00Z');

let phones = 0;
/** A mobile number that no other call in this test file gave. */
export const nextPhone = (): string => `09${String(10_000_000 + phones++).padStart(8, '0')}`;

/** A store by its code, made when it is missing. */
export async function openStore(db: Db, code = 'xinyi', name = '信義店'): Promise<Store> {
  return db.transaction().execute(async (tx) => {
    const details = {
      address: '台北市信義區松高路 1 號',
      phone: '02-2345-6789',
      openingHours: null,
      closedDays: null,
    };
    return (await saveStore(tx, { code, name, ...details, now: noon, actor: tester })).store;
  });
}

/** A new person whom the till knows by phone. */
export async function openPerson(db: Db, phone = nextPhone()): Promise<Person> {
  const found = await db
    .transaction()
    .execute((tx) => findOrCreateByPhone(tx, testSecrets, { phone, now: noon, actor: tester }));
  if (!found.ok) throw new Error(found.reason);
  return found.person;
}

let receipts = 0;
/** A bare purchase row, for rooms that only need its id. */
export async function insertPurchaseRow(
  tx: Db | Tx,
  of: { storeId: number; memberId: number; totalTwd: number; pointsPaid?: number; at?: Date },
): Promise<number> {
  const at = of.at ?? noon;
  const made = await sql<{ id: number }>`
    insert into purchases (store_id, receipt_no, purchased_on, purchased_at, channel, member_id, total_twd,
                           points_paid, request_hash)
    values (${of.storeId}, ${`T${receipts++}`}, ${at.toISOString().slice(0, 10)}, ${at}, 'store', ${of.memberId},
            ${of.totalTwd}, ${of.pointsPaid ?? 0}, sha256('x')) returning id`.execute(tx);
  return made.rows[0]?.id as number;
}
