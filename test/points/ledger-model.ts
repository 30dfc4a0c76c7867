import fc from 'fast-check';
import { expect } from 'vitest';
import { movePoints } from '#features/points/move-points.ts';
import { payWithPoints } from '#features/points/pay-with-points.ts';
import { endDuePoints, releaseDuePoints } from '#features/points/points-job.ts';
import { readPoints } from '#features/points/points-reads.ts';
import { settlePurchasePoints } from '#features/points/settle-purchase-points.ts';
import { settleReturnPoints } from '#features/points/settle-return-points.ts';
import { addDays, instantInZone } from '#foundation/clock.ts';
import { type Db, sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { insertPurchaseRow, openPerson, openStore, tester } from '../support/shop.ts';

export type LedgerOp =
  | { op: 'buy'; channel: 'store' | 'online'; totalTwd: number; payShare: number }
  | { op: 'return'; which: number; share: number }
  | { op: 'wait'; days: number; runs: number };

/** Any sequence of what can happen to one member's points. */
export const anyLedgerOps: fc.Arbitrary<LedgerOp[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('buy' as const),
        channel: fc.constantFrom('store' as const, 'online' as const),
        totalTwd: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40_000 })),
        payShare: fc.constantFrom(0, 0, 0.3, 1, 1.2),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant('return' as const),
        which: fc.nat({ max: 30 }),
        share: fc.constantFrom(0.01, 0.1, 0.33, 0.5, 1, 1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constant('wait' as const),
        days: fc.constantFrom(0, 1, 3, 7, 40, 400),
        runs: fc.integer({ min: 1, max: 3 }),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

type ModelLot = { amount: number; availableOn: string | null; endsOn: string; bought: number };
type Bought = {
  id: number;
  totalTwd: number;
  paid: ModelLot[];
  earned: number;
  taken: number;
  ended: number;
  returned: number;
  back: number;
};

/** Plays the operations on the ledger and on a plain model beside it; after each step both must agree. */
export async function playLedger(db: Db, ops: readonly LedgerOp[]): Promise<void> {
  const transact = createTransact(db, []);
  const store = await openStore(db);
  const { memberId } = await openPerson(db);
  let today = '2026-11-21';
  let lots: ModelLot[] = [];
  let debt = 0;
  let returns = 0;
  const bought: Bought[] = [];
  const now = () => instantInZone(today, '12:00', 'Asia/Taipei');

  const byEnd = (a: ModelLot, b: ModelLot) => (a.endsOn < b.endsOn ? -1 : a.endsOn > b.endsOn ? 1 : 0);
  const isActive = (lot: ModelLot) => lot.availableOn === null;
  const isSpendable = (lot: ModelLot) => isActive(lot) && lot.endsOn >= today;
  const sum = (some: readonly { amount: number }[]) => some.reduce((total, lot) => total + lot.amount, 0);
  function take(from: readonly ModelLot[], amount: number): ModelLot[] {
    const taken: ModelLot[] = [];
    for (const lot of from) {
      const part = Math.min(lot.amount, amount);
      if (part > 0) taken.push({ ...lot, amount: part });
      lot.amount -= part;
      amount -= part;
    }
    return taken;
  }
  function give(given: ModelLot[]): void {
    const settled = Math.min(debt, sum(given));
    debt -= settled;
    take(given.sort(byEnd), settled);
    lots.push(...given.filter((lot) => lot.amount > 0));
    lots.sort(byEnd);
  }

  async function buy({ channel, totalTwd, payShare }: LedgerOp & { op: 'buy' }) {
    const spendable = sum(lots.filter(isSpendable));
    const points = Math.min(Math.floor(spendable * payShare) + (payShare > 1 ? 1 : 0), totalTwd);
    const id = await insertPurchaseRow(db, {
      storeId: store.storeId,
      memberId,
      totalTwd,
      pointsPaid: 0,
      at: now(),
    });
    const common = { purchaseId: id, memberId, storeId: store.storeId, now: now(), actor: tester };
    const outcome = await transact(async (tx) => {
      if (points > 0) {
        const paid = await payWithPoints(tx, { ...common, points, today });
        if (!paid.ok) return paid;
      }
      return settlePurchasePoints(tx, {
        ...common,
        storeCode: store.code,
        storeName: store.name,
        tierPercent: 100,
        lines: [],
        channel,
        purchasedAt: now(),
        totalTwd,
        pointsPaid: points,
        today,
      });
    });
    if (points > spendable) {
      expect(outcome).toEqual({ ok: false, reason: 'too_few_points', held: spendable });
      return;
    }
    const earned = Math.floor((totalTwd - points) / 100);
    expect(outcome).toMatchObject({ earned });
    const paid = take(lots.filter(isSpendable), points);
    const availableOn = channel === 'online' ? addDays(today, 7) : null;
    bought.push({ id, totalTwd, paid, earned, taken: 0, ended: 0, returned: 0, back: 0 });
    if (earned > 0)
      give([{ amount: earned, availableOn, endsOn: `${Number(today.slice(0, 4)) + 1}-12-31`, bought: id }]);
  }

  async function giveBack({ which, share }: LedgerOp & { op: 'return' }) {
    const of = bought.length > 0 ? bought[which % bought.length] : undefined;
    if (!of || of.returned === of.totalTwd) return;
    const returnedTwd = Math.min(of.totalTwd, of.returned + Math.max(1, Math.floor(of.totalTwd * share)));
    const isFull = returnedTwd === of.totalTwd;
    const pointsPaid = sum(of.paid) + of.back;
    const before = of.returned;
    const settled = await transact((tx) =>
      settleReturnPoints(tx, {
        purchaseId: of.id,
        returnId: of.id * 1000 + returns++,
        memberId,
        storeId: store.storeId,
        totalTwd: of.totalTwd,
        pointsPaid,
        returnedBeforeTwd: before,
        returnedTwd,
        isFull,
        now: now(),
        actor: tester,
      }),
    );
    const backInAll = isFull ? pointsPaid : Math.floor((pointsPaid * returnedTwd) / of.totalTwd);
    const paidBack = backInAll - of.back;
    give(take(of.paid.toSorted(byEnd).reverse(), paidBack));
    const net = of.totalTwd - returnedTwd - (pointsPaid - backInAll);
    const kept = isFull ? 0 : Math.max(0, Math.floor(net / 100));
    const takenBack = Math.max(0, of.earned - of.taken - of.ended - kept);
    const own = lots.filter((lot) => lot.bought === of.id);
    const others = lots.filter((lot) => lot.bought !== of.id);
    const taken = take(
      [...own, ...others.filter(isActive), ...others.filter((lot) => !isActive(lot))],
      takenBack,
    );
    debt += takenBack - sum(taken);
    Object.assign(of, { back: backInAll, returned: returnedTwd, taken: of.taken + takenBack });
    expect(settled).toEqual({ takenBack, paidBack });
  }

  async function wait({ days, runs }: LedgerOp & { op: 'wait' }) {
    today = addDays(today, days);
    for (let run = 0; run < runs; run++) {
      await releaseDuePoints({ db, transact, now: now(), today });
      await endDuePoints({ db, transact, now: now(), today });
    }
    // What is released is a new lot: of those that end on one day it is the last to be drawn on.
    const released = lots.filter((lot) => lot.availableOn !== null && lot.availableOn <= today);
    for (const lot of released) lot.availableOn = null;
    lots = [...lots.filter((lot) => !released.includes(lot)), ...released].sort(byEnd);
    for (const lot of lots.filter((each) => isActive(each) && each.endsOn < today)) {
      const of = bought.find((each) => each.id === lot.bought);
      if (of) of.ended += lot.amount;
      lot.amount = 0;
    }
  }

  for (const step of ops) {
    if (step.op === 'buy') await buy(step);
    else if (step.op === 'return') await giveBack(step);
    else await wait(step);
    lots = lots.filter((lot) => lot.amount > 0);
    const summary = await readPoints(db, memberId, today);
    expect(summary).toMatchObject({
      active: sum(lots.filter(isSpendable)),
      pending: sum(lots.filter((lot) => !isActive(lot))),
      debt,
    });
    if (summary.debt > 0) expect(sum(lots)).toBe(0);
    await expectCoherent(db, memberId);
  }

  const { memberId: intoId } = await openPerson(db);
  await transact((tx) => movePoints(tx, { fromId: memberId, intoId, now: now(), actor: tester }));
  const moved = await readPoints(db, intoId, today);
  expect(moved).toMatchObject({ active: sum(lots.filter(isSpendable)), debt });
  expect(await readPoints(db, memberId, today)).toMatchObject({ active: 0, pending: 0, debt: 0 });
}

/** Σ entries = balance = Σ open lots for each account of a member. */
export async function expectCoherent(db: Db, memberId: number): Promise<void> {
  const accounts = await sql<{ kind: string; balance: number; entries: number; lots: number }>`
    select a.kind, a.balance,
      (select coalesce(sum(amount), 0)::bigint from points_entries e where e.account_id = a.id) as entries,
      (select coalesce(sum(remaining), 0)::bigint from points_lots l where l.account_id = a.id) as lots
    from points_accounts a where a.member_id = ${memberId}`.execute(db);
  for (const { kind, balance, entries, lots } of accounts.rows) {
    expect([kind, entries, kind === 'debt' ? balance : lots]).toEqual([kind, balance, balance]);
  }
}
