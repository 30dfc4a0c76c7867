import { describe, expect, it } from 'vitest';
import { adjustPoints } from '#features/points/adjustments/adjust-points.ts';
import { requestAdjustment } from '#features/points/adjustments/request-adjustment.ts';
import { creditPoints } from '#features/points/ledger/credit-points.ts';
import { takeBackPoints } from '#features/points/ledger/take-back-points.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { readPoints, readPointsHistory } from '#features/points/points-reads.ts';
import { addMs } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { hire } from '../staff/people.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, openStore, tester } from '../support/shop.ts';
import { expectCoherent } from './ledger-model.ts';

const { db } = await openTestDatabase({ max: 20 });
const transact = createTransact(db, []);
const store = await openStore(db);
const manager = await hire(db, 'manager', { storeIds: [store.storeId] });
const today = '2026-11-21';

async function openWith(points: number): Promise<number> {
  const { memberId } = await openPerson(db);
  await transact((tx) => openBalances(tx, [{ memberId, points }], { now: noon, actor: tester }));
  return memberId;
}
const movement = (memberId: number, key: string) => ({
  idemKey: `${key}:${memberId}:test`,
  content: { key },
  source: { kind: 'import' as const, id: key },
  memberId,
  actor: tester,
  occurredAt: noon,
});
let keys = 0;
const adjust = (memberId: number, points: number, key = `test-${keys++}`) =>
  transact((tx) =>
    adjustPoints(tx, {
      memberId,
      points,
      key,
      reason: 'counted twice',
      storeId: store.storeId,
      approval: null,
      now: noon,
      actor: manager.actor,
    }),
  );
const ask = (
  memberId: number,
  points: number,
  of: { who?: typeof manager; now?: Date; reason?: string } = {},
) => {
  const { staffId, actor } = of.who ?? manager;
  const reason = of.reason ?? 'lost receipt';
  return transact((tx) =>
    requestAdjustment(tx, {
      memberId,
      points,
      reason,
      storeId: store.storeId,
      staffId,
      now: of.now ?? noon,
      actor,
    }),
  );
};

describe('a manual change of points', () => {
  it('gives points that can be used at once and end by the usual rule', async () => {
    const memberId = await openWith(0);
    expect(await adjust(memberId, 120)).toMatchObject({ ok: true, balance: 120 });
    expect(await readPoints(db, memberId, today)).toMatchObject({
      active: 120,
      ending: { on: '2027-12-31', amount: 120 },
    });
    expect(await readPointsHistory(db, memberId)).toEqual([
      { reason: 'adjusted', occurredAt: noon, amount: 120, storeId: store.storeId },
    ]);
    await expectCoherent(db, memberId);
  });

  it('settles a debt first', async () => {
    const memberId = await openWith(0);
    await transact((tx) =>
      takeBackPoints(
        tx,
        { ...movement(memberId, 'debt'), reason: 'returned' },
        { points: 50, purchaseId: null },
      ),
    );
    expect(await adjust(memberId, 30)).toMatchObject({ balance: 0 });
    expect(await adjust(memberId, 30)).toMatchObject({ balance: 10 });
    expect(await readPoints(db, memberId, today)).toMatchObject({ active: 10, debt: 0 });
    await expectCoherent(db, memberId);
  });

  it('takes what ends first, and never what cannot be used today', async () => {
    const memberId = await openWith(0);
    const lots = [
      { amount: 10, availableOn: null, endsOn: '2026-12-01', purchaseId: null },
      { amount: 10, availableOn: null, endsOn: '2026-11-20', purchaseId: null },
      { amount: 10, availableOn: '2026-11-28', endsOn: '2027-12-31', purchaseId: null },
      { amount: 10, availableOn: null, endsOn: '2027-12-31', purchaseId: null },
    ];
    await transact((tx) =>
      creditPoints(tx, { ...movement(memberId, 'lots'), reason: 'opening' }, 'issued', lots),
    );
    expect(await adjust(memberId, -21)).toEqual({ ok: false, reason: 'not_enough_points', held: 20 });
    expect(await adjust(memberId, -12)).toMatchObject({ balance: 8 });
    expect(await readPoints(db, memberId, today)).toMatchObject({
      active: 8,
      pending: 10,
      ending: { on: '2027-12-31', amount: 8 },
    });
    await expectCoherent(db, memberId);
  });

  it('never takes more than there is, however many try at once', async () => {
    const memberId = await openWith(50);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => adjust(memberId, -10)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(5);
    expect(await readPoints(db, memberId, today)).toMatchObject({ active: 0 });
    await expectCoherent(db, memberId);
  });

  it('happens once per key', async () => {
    const memberId = await openWith(0);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => adjust(memberId, 7, 'one-and-only')));
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.transactionId)).size).toBe(1);
    expect(await readPoints(db, memberId, today)).toMatchObject({ active: 7 });
  });

  it('leaves an entry with who, whose, before and after, and no phone or mail in the reason', async () => {
    const memberId = await openWith(100);
    await ask(memberId, -30, { reason: 'called 0912-345-678, wrote to a.b@example.com' });
    const entries = await sql`
      select actor_kind, actor_id, member_id, before, after from audit_entries
      where action = 'points.adjusted' and member_id = ${memberId}`.execute(db);
    expect(entries.rows).toEqual([
      {
        actor_kind: 'staff',
        actor_id: String(manager.staffId),
        member_id: memberId,
        before: { active: 100, debt: 0 },
        after: {
          active: 70,
          debt: 0,
          points: -30,
          reason: 'called ***678, wrote to ***@***',
          storeId: store.storeId,
        },
      },
    ]);
  });
});

describe('beyond what one person may change alone', () => {
  it('a change waits for a second person and moves nothing yet', async () => {
    const memberId = await openWith(0);
    expect(await ask(memberId, 500)).toEqual({ ok: true, state: 'done', balance: 500 });
    const other = await openWith(0);
    expect(await ask(other, 501)).toMatchObject({ ok: true, state: 'waiting' });
    expect(await readPoints(db, other, today)).toMatchObject({ active: 0 });
  });

  it('parts of one day count together, plus and minus, also two at once; another day or person begins anew', async () => {
    const memberId = await openWith(0);
    const states = async (outcomes: Awaited<ReturnType<typeof ask>>[]) =>
      outcomes.map((outcome) => outcome.ok && outcome.state).sort();
    expect(await states(await Promise.all([ask(memberId, 300), ask(memberId, 300)]))).toEqual([
      'done',
      'waiting',
    ]);
    expect(await ask(memberId, -200)).toMatchObject({ state: 'done' });
    expect(await ask(memberId, 1)).toMatchObject({ state: 'waiting' });
    const colleague = await hire(db, 'manager', { storeIds: [store.storeId] });
    expect(await ask(memberId, 1, { who: colleague })).toMatchObject({ state: 'done' });
    // 15:59:59.999Z is still the same day in Taipei.
    expect(await ask(memberId, 1, { now: new Date('2026-11-21T15:59:59.999Z') })).toMatchObject({
      state: 'waiting',
    });
    expect(await ask(memberId, 1, { now: addMs(noon, 12 * 3_600_000) })).toMatchObject({ state: 'done' });
  });

  it('nothing is asked that could not be done', async () => {
    const memberId = await openWith(600);
    expect(await ask(memberId, -601)).toEqual({ ok: false, reason: 'not_enough_points', held: 600 });
    const asked =
      await sql`select 1 from staff_approvals where request ->> 'memberId' = ${String(memberId)}`.execute(db);
    expect(asked.rows).toEqual([]);
  });
});
