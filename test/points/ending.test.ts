import { describe, expect, it } from 'vitest';
import type { Person } from '#features/members/person-reads.ts';
import { endDuePoints, releaseDuePoints } from '#features/points/points-job.ts';
import { readPoints, readPointsHistory } from '#features/points/points-reads.ts';
import { proveAll } from '#foundation/prove.ts';
import { proofs } from '../../src/proofs.ts';
import { openTestDatabase } from '../support/database.ts';
import { openPerson } from '../support/shop.ts';
import { openTill } from '../support/till.ts';
import { publishPoints } from './bonus-policy.ts';
import { expectCoherent } from './ledger-model.ts';

const till = await openTill(await openTestDatabase({ max: 12 }));
const { db, transact, clock } = till;
// Points live a month, and whoever buys online may bring it back for longer than that.
await publishPoints(db, {
  ends: { kind: 'months', months: 1 },
  returnWindowDays: { store: 0, online: 45 },
});
const by = (person: Person) => ({ member: { memberNo: person.memberNo } });
const pointsOn = (person: Person, today: string) => readPoints(db, person.memberId, today);
const reasonsOf = async (person: Person) =>
  (await readPointsHistory(db, person.memberId)).map(({ reason, amount }) => [reason, amount]).reverse();

/** The jobs of a night, three times at once and once more. */
async function night(today: string): Promise<void> {
  clock.set(`${today}T01:00:00Z`);
  const job = { db, transact, now: clock.now(), today };
  await Promise.all([1, 2, 3].map(() => releaseDuePoints(job)));
  await Promise.all([1, 2, 3].map(() => endDuePoints(job)));
  expect([await releaseDuePoints(job), await endDuePoints(job)]).toEqual([0, 0]);
}
const at = (day: string) => ({ purchasedAt: `${day}T08:00:00+08:00` });

describe('points that live for months', () => {
  it('can be used on their last day, and end on the next, once', async () => {
    const person = await openPerson(db);
    await till.buy(by(person));
    expect((await pointsOn(person, '2026-11-21')).ending).toEqual({ on: '2026-12-21', amount: 12 });
    await night('2026-12-21');
    expect(await pointsOn(person, '2026-12-21')).toMatchObject({ active: 12 });
    await night('2026-12-22');
    expect(await pointsOn(person, '2026-12-22')).toMatchObject({ active: 0, ending: null });
    expect(await reasonsOf(person)).toEqual([
      ['purchase', 12],
      ['ended', -12],
    ]);
  });

  it('end where they wait, when their last day comes before the return window is over', async () => {
    const person = await openPerson(db);
    const { receipt } = await till.buy({ ...by(person), ...at('2026-12-22'), channel: 'online' });
    expect(await pointsOn(person, '2026-12-22')).toMatchObject({ active: 0, pending: 12 });
    // Gone for the member from that day on, whether or not the job has run.
    expect(await pointsOn(person, '2027-01-23')).toMatchObject({ active: 0, pending: 0 });
    await night('2027-01-23');
    expect(await reasonsOf(person)).toEqual([
      ['purchase', 12],
      ['ended', -12],
    ]);
    await expectCoherent(db, person.memberId);
    const late = { purchasedOn: '2026-12-22', returnedAt: '2027-01-23T08:00:00+08:00', full: true };
    expect((await till.giveBack(receipt, late)).body).toMatchObject({
      points: { takenBack: 0, balance: 0, debt: 0 },
    });
  });

  it('end in both places in one night', async () => {
    const person = await openPerson(db);
    await till.buy({ ...by(person), ...at('2027-01-23') });
    await till.buy({ ...by(person), ...at('2027-01-23'), channel: 'online' });
    await night('2027-02-24');
    expect((await reasonsOf(person)).slice(2)).toEqual([
      ['ended', -12],
      ['ended', -12],
    ]);
    await expectCoherent(db, person.memberId);
  });

  it('that paid and come back after their last day cannot be used any more, and end', async () => {
    const person = await openPerson(db);
    await till.buy({ ...by(person), ...at('2027-02-24') });
    const paid = await till.buy({ ...by(person), ...at('2027-02-24'), pointsPaid: 10 });
    await night('2027-03-25');
    expect(await pointsOn(person, '2027-03-25')).toMatchObject({ active: 0 });
    const late = { purchasedOn: '2027-02-24', returnedAt: '2027-03-25T09:00:00+08:00', full: true };
    expect((await till.giveBack(paid.receipt, late)).body).toMatchObject({
      points: { paidBack: 10, takenBack: 0, balance: 0, debt: 0 },
    });
    await night('2027-03-26');
    expect((await reasonsOf(person)).slice(-2)).toEqual([
      ['paid_returned', 10],
      ['ended', -10],
    ]);
    await expectCoherent(db, person.memberId);
  });

  it('leave books that prove themselves', async () => {
    expect((await proveAll(db, proofs)).first).toBeNull();
  });
});
