import { describe, expect, it } from 'vitest';
import { countKept, plainTerms } from '#features/points/earning/earning-rules.ts';
import { creditPoints } from '#features/points/ledger/credit-points.ts';
import { onMembersMerged } from '#features/points/on-members-merged.ts';
import { endDuePoints, releaseDuePoints } from '#features/points/points-job.ts';
import { readPoints, readPointsHistory } from '#features/points/points-reads.ts';
import { countPaidBack, findEnd } from '#features/points/points-rules.ts';
import { instantInZone } from '#foundation/clock.ts';
import { createTransact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, openPerson, tester } from '../support/shop.ts';
import { expectCoherent } from './ledger-model.ts';

const { db } = await openTestDatabase({ max: 12 });
const transact = createTransact(db, []);
let keys = 0;

const give = (memberId: number, amount: number, of: { availableOn?: string; endsOn: string | null }) =>
  transact((tx) =>
    creditPoints(
      tx,
      {
        idemKey: `test-credit:${keys++}`,
        content: { amount },
        reason: 'opening',
        source: { kind: 'import', id: 'test' },
        memberId,
        actor: tester,
        occurredAt: noon,
      },
      'issued',
      [{ amount, availableOn: of.availableOn ?? null, endsOn: of.endsOn, purchaseId: null }],
    ),
  );
const jobOn = (today: string) => ({ db, transact, today, now: instantInZone(today, '00:10', 'Asia/Taipei') });

describe('releasing pending points', () => {
  it('happens on their day, once, however many runs there are at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => openPerson(db)));
    for (const { memberId } of people) {
      await give(memberId, 5, { availableOn: '2026-11-28', endsOn: '2027-12-31' });
      await give(memberId, 7, { availableOn: '2026-11-29', endsOn: '2027-12-31' });
    }
    expect(await releaseDuePoints(jobOn('2026-11-27'))).toBe(0);
    const runs = await Promise.all([1, 2, 3].map(() => releaseDuePoints(jobOn('2026-11-28'))));
    expect(runs.reduce((sum, released) => sum + released, 0)).toBe(20);
    for (const { memberId } of people) {
      expect(await readPoints(db, memberId, '2026-11-28')).toMatchObject({
        active: 5,
        pending: 7,
        ending: { on: '2027-12-31', amount: 5 },
      });
      await expectCoherent(db, memberId);
    }
    // Released after the downtime of a day, all that is due.
    expect(await releaseDuePoints(jobOn('2026-12-05'))).toBe(20);
  });

  it('does not show as a movement of its own', async () => {
    const { memberId } = await openPerson(db);
    await give(memberId, 5, { availableOn: '2026-11-28', endsOn: null });
    await releaseDuePoints(jobOn('2026-11-28'));
    expect((await readPointsHistory(db, memberId)).map((change) => change.reason)).toEqual(['opening']);
  });
});

describe('ending points', () => {
  it('happens the day after their last, once, in one entry per member', async () => {
    const { memberId } = await openPerson(db);
    for (const amount of [10, 20, 30]) await give(memberId, amount, { endsOn: '2026-12-31' });
    await give(memberId, 40, { endsOn: '2027-12-31' });
    await give(memberId, 50, { endsOn: null });
    await endDuePoints(jobOn('2026-12-31'));
    expect(await readPoints(db, memberId, '2026-12-31')).toMatchObject({ active: 150 });
    // Past their last day they are gone for the member, whether or not the job has run.
    expect(await readPoints(db, memberId, '2027-01-01')).toMatchObject({ active: 90 });
    await Promise.all([1, 2, 3].map(() => endDuePoints(jobOn('2027-01-01'))));
    await endDuePoints(jobOn('2027-01-01'));
    expect(await readPoints(db, memberId, '2027-01-01')).toMatchObject({ active: 90 });
    const ended = (await readPointsHistory(db, memberId)).filter((change) => change.reason === 'ended');
    expect(ended.map((change) => change.amount)).toEqual([-60]);
    await expectCoherent(db, memberId);
  });
});

describe('merged members', () => {
  it('keep everything the two held, with its days, and the debt of either is settled', async () => {
    const [from, into] = [await openPerson(db), await openPerson(db)];
    await give(from.memberId, 30, { endsOn: '2026-12-31' });
    await give(from.memberId, 5, { availableOn: '2026-11-28', endsOn: '2027-12-31' });
    await give(into.memberId, 100, { endsOn: '2027-12-31' });
    const fact = {
      id: 1,
      kind: 'member.merged',
      memberId: into.memberId,
      lineUserId: null,
      occurredAt: noon,
      actor: tester,
      source: 'test',
      isHistory: false,
      data: { fromId: from.memberId, intoId: into.memberId },
    };
    await transact((tx) => onMembersMerged(tx, fact));
    await transact((tx) => onMembersMerged(tx, fact));
    expect(await readPoints(db, into.memberId, '2026-11-21')).toEqual({
      active: 130,
      pending: 5,
      debt: 0,
      nextPending: [{ on: '2026-11-28', amount: 5 }],
      ending: { on: '2026-12-31', amount: 30 },
    });
    expect(await readPoints(db, from.memberId, '2026-11-21')).toMatchObject({ active: 0, pending: 0 });
    await expectCoherent(db, from.memberId);
    await expectCoherent(db, into.memberId);
  });
});

describe('the rules', () => {
  it.each([
    [{ kind: 'end_of_next_year' } as const, '2026-02-28', '2027-12-31'],
    [{ kind: 'months', months: 12 } as const, '2028-02-29', '2029-02-28'],
    [{ kind: 'never' } as const, '2026-01-01', null],
  ])('end points by %j', (ends, earnedOn, end) => {
    expect(findEnd(ends, earnedOn)).toBe(end);
  });

  it.each([
    [{ totalTwd: 1280, returnedTwd: 0, pointsPaid: 0, pointsBack: 0 }, 12],
    [{ totalTwd: 99, returnedTwd: 0, pointsPaid: 0, pointsBack: 0 }, 0],
    [{ totalTwd: 1000, returnedTwd: 0, pointsPaid: 1000, pointsBack: 0 }, 0],
    [{ totalTwd: 1000, returnedTwd: 500, pointsPaid: 200, pointsBack: 100 }, 4],
    [{ totalTwd: 1000, returnedTwd: 1000, pointsPaid: 200, pointsBack: 0 }, 0],
  ])('keep of %j %i points', (of, kept) => {
    expect(countKept(plainTerms({ twdPerPoint: 100, pointValueTwd: 1 }), of)).toBe(kept);
  });

  it('bring paid points back in proportion without ever losing digits', () => {
    const of = { totalTwd: 100_000_000, pointsPaid: 99_999_999, returnedTwd: 99_999_999 };
    expect(countPaidBack({ ...of, isFull: false })).toBe(99_999_998);
    expect(countPaidBack({ ...of, isFull: true })).toBe(99_999_999);
    expect(countPaidBack({ totalTwd: 0, pointsPaid: 0, returnedTwd: 0, isFull: false })).toBe(0);
  });
});
