import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { creditPoints } from '#features/points/ledger/credit-points.ts';
import { systemAccounts } from '#features/points/ledger/post-transaction.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { payWithPoints } from '#features/points/pay-with-points.ts';
import { readPoints, readPointsHistory } from '#features/points/points-reads.ts';
import { settlePurchasePoints } from '#features/points/settle-purchase-points.ts';
import { createTransact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { insertPurchaseRow, noon, openPerson, openStore, tester } from '../support/shop.ts';
import { anyLedgerOps, expectCoherent, playLedger } from './ledger-model.ts';

const { db } = await openTestDatabase({ max: 20 });
const transact = createTransact(db, []);
const store = await openStore(db);
const today = '2026-11-21';

async function openWith(points: number): Promise<number> {
  const { memberId } = await openPerson(db);
  await transact((tx) => openBalances(tx, [{ memberId, points }], { now: noon, actor: tester }));
  return memberId;
}
const buy = async (memberId: number) => ({
  purchaseId: await insertPurchaseRow(db, { storeId: store.storeId, memberId, totalTwd: 100_000 }),
  memberId,
  storeId: store.storeId,
  now: noon,
  actor: tester,
});

describe('the ledger', () => {
  it('agrees with a plain model after any sequence of purchases, payments, returns and days', async () => {
    await fc.assert(
      fc.asyncProperty(anyLedgerOps, (ops) => playLedger(db, ops)),
      { numRuns: 40 },
    );
    const unbalanced = await sql`
      select transaction_id from points_entries group by 1 having sum(amount) <> 0`.execute(db);
    expect(unbalanced.rows).toEqual([]);
  }, 90_000);

  it('lets exactly as many points be spent as there are, however many try at once', async () => {
    const memberId = await openWith(50);
    const purchases = await Promise.all(Array.from({ length: 200 }, () => buy(memberId)));
    const outcomes = await Promise.all(
      purchases.map((of) => transact((tx) => payWithPoints(tx, { ...of, points: 1, today }))),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(50);
    expect(await readPoints(db, memberId, today)).toMatchObject({ active: 0 });
    await expectCoherent(db, memberId);
  });

  it('moves points once per key under fifty simultaneous calls, and refuses another amount for it', async () => {
    const memberId = await openWith(500);
    const of = await buy(memberId);
    const pay = (points: number) => transact((tx) => payWithPoints(tx, { ...of, points, today }));
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => pay(7)));
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.transactionId)).size).toBe(1);
    await expect(pay(8)).rejects.toMatchObject({ code: 'points_key_reused' });
    expect(await readPoints(db, memberId, today)).toMatchObject({ active: 493 });
  });

  it('earns once per purchase under fifty simultaneous calls', async () => {
    const memberId = await openWith(1);
    const of = await buy(memberId);
    const earn = () =>
      transact((tx) =>
        settlePurchasePoints(tx, {
          ...of,
          storeCode: store.code,
          storeName: store.name,
          tierPercent: 100,
          lines: [],
          channel: 'store',
          purchasedAt: noon,
          totalTwd: 1280,
          pointsPaid: 0,
          today,
        }),
      );
    await Promise.all(Array.from({ length: 50 }, earn));
    expect(await readPoints(db, memberId, today)).toMatchObject({ active: 13 });
  });

  it('spends what ends first', async () => {
    const memberId = await openWith(0);
    const credit = (key: string, amount: number, endsOn: string | null) =>
      transact((tx) =>
        creditPoints(
          tx,
          {
            idemKey: `${key}:${memberId}`,
            content: { amount },
            reason: 'opening',
            source: { kind: 'import', id: key },
            memberId,
            actor: tester,
            occurredAt: noon,
          },
          'issued',
          [{ amount, availableOn: null, endsOn, purchaseId: null }],
        ),
      );
    await credit('never-ending', 10, null);
    await credit('ends-late', 10, '2027-12-31');
    await credit('ends-soon', 10, '2026-12-01');
    await credit('ended-by-now', 10, '2026-11-20');
    const of = await buy(memberId);
    await transact((tx) => payWithPoints(tx, { ...of, points: 12, today }));
    const summary = await readPoints(db, memberId, today);
    expect(summary).toMatchObject({ active: 18, ending: { on: '2027-12-31', amount: 8 } });
    expect(
      await transact(async (tx) => payWithPoints(tx, { ...(await buy(memberId)), points: 19, today })),
    ).toEqual({
      ok: false,
      reason: 'too_few_points',
      held: 18,
    });
  });

  it('opens balances in sets, once, and refuses another balance for the same member', async () => {
    const people = await Promise.all(Array.from({ length: 30 }, () => openPerson(db)));
    const rows = people.map(({ memberId }, index) => ({ memberId, points: index * 10 }));
    const open = (some: typeof rows) =>
      transact((tx) => openBalances(tx, some, { now: noon, actor: tester }));
    expect(await open(rows)).toBe(29);
    expect(await open(rows)).toBe(0);
    await expect(open([{ memberId: rows[5]?.memberId as number, points: 51 }])).rejects.toMatchObject({
      code: 'points_key_reused',
    });
    for (const { memberId, points } of rows) {
      expect((await readPoints(db, memberId, today)).active).toBe(points);
      expect((await readPointsHistory(db, memberId)).map((change) => change.reason)).toEqual(
        points > 0 ? ['opening'] : [],
      );
    }
  });

  it("names the system's accounts by the ids that they have", async () => {
    const found = await sql<{ kind: string; id: number }>`
      select kind, id from points_accounts where member_id is null`.execute(db);
    expect(Object.fromEntries(found.rows.map(({ kind, id }) => [kind, id]))).toEqual(systemAccounts);
  });

  it.each([
    'update points_transactions set reason = reason',
    'delete from points_transactions',
    'truncate points_transactions cascade',
    'update points_entries set amount = amount + 1',
    'delete from points_entries',
    'truncate points_entries',
    'update points_lot_uses set amount = amount + 1',
    'delete from points_lot_uses',
    'delete from points_accounts',
    'truncate points_accounts cascade',
    "update points_accounts set kind = 'spent' where kind = 'active'",
    "insert into points_accounts (member_id, kind, balance) values (null, 'active', null)",
    "insert into points_accounts (member_id, kind, balance) values (null, 'lost', null)",
    "update points_accounts set balance = balance + 1 where kind = 'active'",
    "update points_accounts set balance = -1 where kind = 'debt'",
    'update points_lots set remaining = remaining + 1',
    'update points_lots set remaining = remaining - 1 where remaining > 0',
  ])('refuses: %s', async (statement) => {
    await openWith(5);
    await expect(transact((tx) => sql.raw(statement).execute(tx))).rejects.toThrow(
      /append-only|check|lots|belongs to/,
    );
  });

  it('refuses entries of accounts that are not there, in one movement or many', async () => {
    const memberId = await openWith(5);
    const insert = (keys: number, account: string) => sql`
      with t as (
        insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id,
                                         actor_kind, actor_id, occurred_at)
        select 'nowhere-' || nth, sha256('x'), 'opening', 'import', '1', ${memberId}, 'system', 'test', now()
        from generate_series(1, ${keys}::int) nth returning id
      )
      insert into points_entries (transaction_id, account_id, amount)
      select id, ${systemAccounts.issued}, -5 from t union all select id, ${sql.raw(account)}, 5 from t`;
    const nowhere = '(select max(id) + 1 from points_accounts)';
    for (const [keys, account] of [
      [1, nowhere],
      [1, '0'],
      [2, nowhere],
    ] as const)
      await expect(transact((tx) => insert(keys, account).execute(tx))).rejects.toMatchObject({
        code: '23503',
      });
  });

  it('refuses entries that do not sum to zero and movements without entries', async () => {
    const memberId = await openWith(5);
    const insert = (key: string) => sql<{ id: number }>`
      insert into points_transactions (idem_key, request_hash, reason, source_kind, source_id, member_id, actor_kind,
                                       actor_id, occurred_at)
      values (${key}, sha256('x'), 'opening', 'import', '1', ${memberId}, 'system', 'test', now()) returning id`;
    await expect(transact((tx) => insert('bare-movement').execute(tx))).rejects.toThrow(/no entries/);
    await expect(
      transact(async (tx) => {
        const id = (await insert('lopsided-movement').execute(tx)).rows[0]?.id as number;
        await sql`
          insert into points_entries (transaction_id, account_id, amount)
          select ${id}, id, 5 from points_accounts where member_id is null limit 2`.execute(tx);
      }),
    ).rejects.toThrow(/unbalanced/);
  });
});
