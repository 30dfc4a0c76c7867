import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readPoints } from '#features/points/points-reads.ts';
import { importPurchases, type PastPurchase } from '#features/purchases/import-purchases.ts';
import { purchaseRecorded } from '#features/purchases/purchases-facts.ts';
import { addMs } from '#foundation/clock.ts';
import { createTransact, reactTo } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore, tester } from '../support/shop.ts';

const { db } = await openTestDatabase();
const answered: unknown[] = [];
const transact = createTransact(db, [
  reactTo(purchaseRecorded, 'listen', async (_tx, fact) => void answered.push(fact)),
]);
const store = await openStore(db);
const people = await Promise.all(Array.from({ length: 50 }, () => openPerson(db)));
const by = { now: noon, actor: tester, source: 'import' };
const day = 86_400_000;

function past(n: number, over: Partial<PastPurchase> = {}): PastPurchase {
  return {
    storeId: store.storeId,
    receiptNo: `H-${n}`,
    purchasedAt: addMs(noon, -(n % 500) * day - n),
    channel: n % 3 === 0 ? 'online' : 'store',
    memberId: people[n % 50]?.memberId ?? null,
    lines: [
      {
        lineNo: 1,
        sku: 'A',
        name: '高山茶',
        category: '茶葉',
        quantity: 2,
        unitPriceTwd: 400,
        discountTwd: 0,
      },
      {
        lineNo: 2,
        sku: 'B',
        name: '茶杯',
        category: '器皿',
        quantity: 1,
        unitPriceTwd: 300,
        discountTwd: 50,
      },
    ],
    totalTwd: 1000,
    back: null,
    ...over,
  };
}
const count = async (what: string) =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.raw(what)}`.execute(db)).rows[0]?.n;

describe('importing purchases of the past', () => {
  it('takes ten thousand receipts in sets, gives no points and answers nothing', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => past(n));
    expect(await transact((tx) => importPurchases(tx, rows, by))).toBe(10_000);
    expect(await count('purchase_lines')).toBe(20_000);
    expect(await count("facts where kind = 'purchase.recorded' and is_history")).toBe(10_000);
    expect(await count('outbox_published_messages')).toBe(0);
    expect(answered).toEqual([]);
    const firsts = await sql<{ members: number }>`
      select count(distinct member_id) as members from facts
      where kind = 'purchase.recorded' and (data ->> 'isFirst')::boolean`.execute(db);
    expect(firsts.rows[0]?.members).toBe(50);
    expect(await readPoints(db, people[0]?.memberId as number, '2026-11-21')).toMatchObject({
      active: 0,
      pending: 0,
    });
  }, 30_000);

  it('leaves known receipts alone, and takes one that stands twice in a batch once', async () => {
    const again = [past(0), past(1), past(20_000), past(20_000, { totalTwd: 1 })];
    expect(await transact((tx) => importPurchases(tx, again, by))).toBe(1);
    expect(await count("purchases where receipt_no = 'H-20000' and total_twd = 1000")).toBe(1);
  });

  it('brings what came back with it, in full and in part', async () => {
    const returnedAt = addMs(noon, -day);
    const full = past(30_000, { back: { returnNo: 'HB-1', returnedAt, lines: 'all' } });
    const lines = [{ lineNo: 1, quantity: 1, amountTwd: 400 }];
    const part = past(30_001, { back: { returnNo: 'HB-2', returnedAt, lines } });
    await transact((tx) => importPurchases(tx, [full, part], by));
    const stored = await sql<{ returned_twd: number; full: boolean; quantity: number }>`
      select p.returned_twd, p.fully_returned_at is not null as full,
             (select sum(returned_quantity)::integer from purchase_lines l where l.purchase_id = p.id) as quantity
      from purchases p where receipt_no in ('H-30000', 'H-30001') order by receipt_no`.execute(db);
    expect(stored.rows).toEqual([
      { returned_twd: 1000, full: true, quantity: 3 },
      { returned_twd: 400, full: false, quantity: 1 },
    ]);
    const facts = await sql<{ data: object }>`
      select data from facts where kind = 'purchase.returned' and is_history
      order by (data ->> 'amountTwd')::integer desc`.execute(db);
    expect(facts.rows.map((row) => row.data)).toMatchObject([
      { amountTwd: 1000, netTwd: 0, isFull: true },
      { amountTwd: 400, netTwd: 600, isFull: false },
    ]);
    expect(await count('purchase_return_lines')).toBe(3);
  });
});
