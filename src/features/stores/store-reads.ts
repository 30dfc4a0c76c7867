import './tables.ts';
import type { Db } from '#foundation/db.ts';
import { gatherReads } from '#foundation/gather-reads.ts';
import { anyId, anyText } from '#foundation/lists.ts';

export type Store = {
  storeId: number;
  code: string;
  name: string;
  address: string;
  phone: string;
  openingHours: string | null;
  closedDays: string | null;
};

const columns = [
  'id as storeId',
  'code',
  'name',
  'address',
  'phone',
  'opening_hours as openingHours',
  'closed_days as closedDays',
] as const;

export const readStoreByCode: (db: Db, code: string) => Promise<Store | null> = gatherReads(
  async (db, codes: readonly string[]) => {
    const found = await db.selectFrom('stores').select(columns).where('code', '=', anyText(codes)).execute();
    const stores = new Map(found.map((store) => [store.code, store]));
    return codes.map((code) => stores.get(code) ?? null);
  },
);

/** The stores that are open for business, by code. @param input.after the code of the last one seen */
export function readStores(db: Db, input: { after?: string | undefined; limit: number }): Promise<Store[]> {
  return db
    .selectFrom('stores')
    .select(columns)
    .where('closed_at', 'is', null)
    .where('code', '>', input.after ?? '')
    .orderBy('code')
    .limit(input.limit)
    .execute();
}

export async function countStores(db: Db): Promise<number> {
  const counted = await db
    .selectFrom('stores')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return counted.count;
}

/** Names by id, closed stores too: for what lies in the past. */
export async function readStoreNames(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  return ids.length === 0 ? new Map() : readNames(db, ids);
}

const readNames = gatherReads(async (db, asked: readonly (readonly number[])[]) => {
  const ids = anyId([...new Set(asked.flat())]);
  const rows = await db.selectFrom('stores').select(['id', 'name']).where('id', '=', ids).execute();
  const names = new Map(rows.map((row) => [row.id, row.name]));
  return asked.map((own) => new Map([...names].filter(([id]) => own.includes(id))));
});

/** Names of the stores that are open for business, by code. */
export async function readStoreNamesByCode(db: Db): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('stores')
    .select(['code', 'name'])
    .where('closed_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.code, row.name]));
}

/** Codes of all stores by id, closed ones too: for what lies in the past. */
export async function readStoreCodes(db: Db): Promise<ReadonlyMap<number, string>> {
  const rows = await db.selectFrom('stores').select(['id', 'code']).execute();
  return new Map(rows.map((row) => [row.id, row.code]));
}
