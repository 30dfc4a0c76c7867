import { beforeEach, describe, expect, it } from 'vitest';
import { planMorning } from '#features/flows/plan-morning-job.ts';
import { addDays, instantInZone } from '#foundation/clock.ts';
import { sql } from '#foundation/db.ts';
import { createTransact, type Transact } from '#foundation/facts.ts';
import { openTestDatabase } from '../support/database.ts';
import { buy, deliver, hold, lineUserOf, makePeople, readEntries, readPushes, startAfresh } from './crowd.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const zone = 'Asia/Taipei';
const today = '2026-11-21';

beforeEach(() => startAfresh(db, '2026-10-01T00:00:00Z'));

const slotOf = (day: string) => instantInZone(day, '08:50', zone);

function plan(day = today, at: { now?: Date; door?: Transact; peoplePerBatch?: number } = {}) {
  const slot = slotOf(day);
  return planMorning(
    { db, transact: at.door ?? transact },
    { slot, now: at.now ?? slot, zone },
    at.peoplePerBatch ? { peoplePerBatch: at.peoplePerBatch } : {},
  );
}

const kinds = async () => (await readPushes(db)).map((push) => `${push.kind} ${push.memberId}`);
const reasons = async () =>
  (await readEntries(db)).map((entry) => [entry.memberId, entry.step, entry.reason]);

describe('the birthday flow', () => {
  it('gives the gift once, 30 days ahead at most, due at nine and true until the birthday', async () => {
    const [soon = 0] = await makePeople(db, [{ birth: [12, 21] }, { birth: [12, 22] }, { birth: [11, 20] }]);
    await plan();
    expect(await readPushes(db)).toMatchObject([
      {
        kind: 'flow_birthday_gift',
        memberId: soon,
        dueAt: '2026-11-21T01:00:00.000Z',
        expiresAt: '2026-12-20T16:00:00.000Z',
      },
    ]);
    const claims = await sql<{ endsOn: string }>`
      select ends_on as "endsOn" from coupon_claims where member_id = ${soon}`.execute(db);
    expect(claims.rows).toEqual([{ endsOn: '2027-01-05' }]);
    await plan();
    await plan('2026-11-22');
    expect((await kinds()).filter((kind) => kind.endsWith(` ${soon}`))).toHaveLength(1);
  });

  it('leaves under one name for counting a month', async () => {
    await makePeople(db, [{ birth: [12, 21] }, { birth: [12, 21] }]);
    await plan();
    const units = await sql<{ unit: string; count: number }>`
      select unit, count(*) as count from outbox_messages group by 1`.execute(db);
    expect(units.rows).toEqual([{ unit: 'f_birthday_202611', count: 2 }]);
  });

  it('meets everyone once a year over four years, 29 February included', async () => {
    const [leap = 0, newYear = 0] = await makePeople(db, [{ birth: [2, 29] }, { birth: [1, 1] }]);
    const met: string[] = [];
    for (let day = '2026-11-01'; day < '2030-11-01'; day = addDays(day, 1)) {
      const isNear = /-(01-2[0-9]|01-3|02|11-30|12-0[1-5]|12-3|01-0)/.test(day);
      if (!isNear) continue;
      await plan(day);
      await deliver(db, day);
    }
    for (const entry of await readEntries(db)) {
      if (entry.state === 'planned')
        met.push(`${entry.memberId === leap ? 'leap' : 'new year'} ${entry.occasion} ${entry.plannedFor}`);
    }
    expect(met.filter((line) => line.includes('leap wish'))).toEqual([
      'leap wish:2027 2027-02-28',
      'leap wish:2028 2028-02-29',
      'leap wish:2029 2029-02-28',
      'leap wish:2030 2030-02-28',
    ]);
    expect(met.filter((line) => line.includes('leap gift'))).toEqual([
      'leap gift:2027 2027-01-29',
      'leap gift:2028 2028-01-30',
      'leap gift:2029 2029-01-29',
      'leap gift:2030 2030-01-29',
    ]);
    expect(met.filter((line) => /^new year (wish|gift)/.test(line))).toHaveLength(8);
    expect(newYear).toBeGreaterThan(0);
  });

  it('wishes well on the day and sends along a gift that was not given yet', async () => {
    const [member = 0] = await makePeople(db, [{ birth: [11, 21] }]);
    await plan();
    const [push, ...others] = await readPushes(db);
    expect(others).toEqual([]);
    expect(push).toMatchObject({ kind: 'flow_birthday_wish', expiresAt: '2026-11-21T16:00:00.000Z' });
    expect(push?.data.newGiftClaimId).toEqual(expect.any(Number));
    expect(await reasons()).toEqual([
      [member, 'gift', null],
      [member, 'wish', null],
    ]);
  });

  it('brings no second gift to someone who moves the birthday', async () => {
    const [member = 0] = await makePeople(db, [{ birth: [12, 1] }]);
    await plan();
    await deliver(db, today);
    await sql`update members set birth_month = 5, birth_day = 1`.execute(db);
    await plan('2027-04-15');
    expect(await kinds()).toEqual([`flow_birthday_gift ${member}`]);
    await sql`update members set birth_month = 10, birth_day = 10`.execute(db);
    await plan('2027-09-20');
    expect(await kinds()).toHaveLength(2);
  });

  it('asks again for a gift whose person could not be reached, until the birthday', async () => {
    const [member = 0] = await makePeople(db, [{ birth: [12, 5], marketing: 'stopped' }]);
    await plan();
    await plan('2026-11-22');
    expect(await reasons()).toEqual([[member, 'gift', 'stopped']]);
    await sql`update line_friends set marketing = 'all'`.execute(db);
    await plan('2026-11-23');
    expect(await reasons()).toEqual([[member, 'gift', null]]);
    expect(await kinds()).toEqual([`flow_birthday_gift ${member}`]);
  });

  it('catches up wishes of missed days, nothing else, and only for who was a member then', async () => {
    const [missed = 0] = await makePeople(db, [
      { birth: [11, 19] },
      { birth: [11, 19], joinedAt: '2026-11-20T03:00:00Z' },
      { bought: ['2026-08-20'] },
    ]);
    await plan('2026-11-19', { now: slotOf(today) });
    const pushes = await readPushes(db);
    expect(pushes).toMatchObject([
      {
        kind: 'flow_birthday_wish',
        memberId: missed,
        dueAt: '2026-11-21T01:00:00.000Z',
        data: { isLate: true },
      },
    ]);
  });

  it('leaves a wish that is planned in the evening for the next morning, as a late one', async () => {
    await makePeople(db, [{ birth: [11, 21] }]);
    await plan(today, { now: instantInZone(today, '22:30', zone) });
    expect(await readPushes(db)).toMatchObject([
      {
        kind: 'flow_birthday_wish',
        expiresAt: '2026-11-22T16:00:00.000Z',
        data: { isLate: true, plannedFor: '2026-11-22' },
      },
    ]);
  });
});

describe('the coupon reminder', () => {
  it('comes 7 days and 1 day before the end, once each', async () => {
    const [member = 0] = await makePeople(db, [{}]);
    const claim = await hold(db, { memberId: member, endsOn: '2026-11-28' });
    for (let day = '2026-11-20'; day < '2026-11-30'; day = addDays(day, 1)) {
      await plan(day);
      await deliver(db, day);
    }
    await plan('2026-11-27');
    expect(await readEntries(db)).toMatchObject([
      { occasion: `claim:${claim}:1`, step: 'days_1', plannedFor: '2026-11-27', state: 'planned' },
      { occasion: `claim:${claim}:7`, step: 'days_7', plannedFor: '2026-11-21', state: 'planned' },
    ]);
    expect(await kinds()).toHaveLength(2);
  });

  it('names the soonest of several in one message', async () => {
    const [member = 0] = await makePeople(db, [{}]);
    await hold(db, { memberId: member, endsOn: '2026-11-28' });
    const soonest = await hold(db, { memberId: member, endsOn: '2026-11-22', couponKey: 'referral' });
    await hold(db, { memberId: member, endsOn: '2026-11-28', couponKey: 'referral' });
    await plan();
    expect(await readPushes(db)).toMatchObject([{ data: { claimId: soonest, daysLeft: 1, withinDays: 7 } }]);
    expect((await readEntries(db)).map((entry) => entry.state)).toEqual(['planned', 'planned', 'planned']);
  });

  it('says nothing of coupons that are used', async () => {
    const [member = 0] = await makePeople(db, [{}]);
    await hold(db, { memberId: member, endsOn: '2026-11-28' });
    await sql`update coupon_claims set state = 'void', voided_at = now(), void_reason = 'test'`.execute(db);
    await plan();
    expect(await kinds()).toEqual([]);
  });
});

describe('the win-back', () => {
  const lapsedOn = addDays(today, -91);

  it('meets who passes the limit on the day, by how often they bought', async () => {
    const [once = 0, often = 0] = await makePeople(db, [
      { bought: [lapsedOn] },
      { bought: ['2026-03-01', lapsedOn] },
      { bought: [addDays(lapsedOn, 1)] },
      { bought: [addDays(lapsedOn, -1)] },
      { bought: [lapsedOn, addDays(today, -5)] },
      { bought: [`${lapsedOn}!`] },
    ]);
    await plan();
    expect(await readEntries(db)).toMatchObject([
      { memberId: once, step: 'one_time', occasion: `lapse:${lapsedOn}` },
      { memberId: often, step: 'repeat' },
    ]);
    const given = await sql<{ key: string }>`
      select coupon_key as key from coupons_published_claims order by member_id`.execute(db);
    expect(given.rows.map((row) => row.key)).toEqual(['win-back-first', 'win-back-repeat']);
  });

  it('a purchase that came back whole does not count', async () => {
    const [member = 0] = await makePeople(db, [{ bought: [lapsedOn, `${addDays(today, -10)}!`] }]);
    await plan();
    expect(await readEntries(db)).toMatchObject([{ memberId: member, step: 'one_time' }]);
  });

  it('sends nothing when 10,000 lapsed people are imported, today or long past their limit', async () => {
    const people = Array.from({ length: 10_000 }, (_, at) => ({
      importedAt: '2026-11-21T00:00:00Z',
      bought: [at % 2 === 0 ? lapsedOn : addDays(lapsedOn, -(at % 300))],
    }));
    await makePeople(db, people);
    await plan();
    await plan('2026-11-22');
    expect(await kinds()).toEqual([]);
    expect(await readEntries(db)).toEqual([]);
  });

  it('meets who was imported yesterday and passes the limit today', async () => {
    const [member = 0] = await makePeople(db, [{ importedAt: '2026-11-20T03:00:00Z', bought: [lapsedOn] }]);
    await plan();
    expect(await kinds()).toEqual([`flow_win_back ${member}`]);
  });
});

describe('switching on', () => {
  it('never reaches back: the win-back begins the day after, all others with the next morning', async () => {
    await makePeople(db, [{ bought: [addDays(today, -91)] }, { birth: [12, 1] }]);
    await sql`update flows set switched_on_at = ${slotOf(today)}`.execute(db);
    await plan();
    expect((await readPushes(db)).map((push) => push.kind)).toEqual(['flow_birthday_gift']);

    await startAfresh(db, '2026-11-21T02:00:00Z');
    await makePeople(db, [{ birth: [12, 1] }, { birth: [11, 21] }]);
    await plan(today, { now: new Date('2026-11-21T05:00:00Z') });
    expect(await kinds()).toEqual([]);
  });

  it('plans nothing of a flow that is off', async () => {
    await makePeople(db, [{ birth: [12, 1] }]);
    await sql`update flows set is_on = false`.execute(db);
    await plan();
    expect(await readEntries(db)).toEqual([]);
  });
});

describe('ranking, caps and exclusions', () => {
  it('lets the least important fall out, with its reason, and does not bring it later', async () => {
    const [member = 0] = await makePeople(db, [{ birth: [11, 21], bought: [addDays(today, -91)] }]);
    await hold(db, { memberId: member, endsOn: '2026-11-28' });
    await plan();
    expect(await kinds()).toEqual([`flow_birthday_wish ${member}`]);
    expect(await reasons()).toEqual([
      [member, 'gift', null],
      [member, 'wish', null],
      [member, 'days_7', 'capped'],
      [member, 'one_time', 'capped'],
    ]);
    await plan('2026-11-22');
    await plan('2026-11-23');
    expect(await kinds()).toHaveLength(1);
  });

  it('counts what left in seven days and what is planned already', async () => {
    const [capped = 0, free = 0] = await makePeople(db, [{ birth: [12, 1] }, { birth: [12, 1] }]);
    for (const [member, days] of [
      [capped, [2, 6]],
      [free, [3, 7]],
    ] as const) {
      for (const ago of days) {
        await sql`
          with key as (insert into outbox_keys (dedupe_key) values (${`test:${member}:${ago}`}) returning dedupe_key),
          sent as (insert into outbox_messages (channel, method, kind, purpose, line_user_id, dedupe_key, due_at)
                   select 'line_message', 'push', 'campaign', 'marketing', ${lineUserOf(member)}, dedupe_key, now()
                   from key returning id)
          insert into outbox_caps (line_user_id, sent_on, kind, outbox_id)
          select ${lineUserOf(member)}, ${addDays(today, -ago)}, 'campaign', id from sent`.execute(db);
      }
    }
    await plan();
    expect(await reasons()).toEqual([
      [capped, 'gift', 'capped'],
      [free, 'gift', null],
    ]);
  });

  it('keeps the reason for everyone who is left out', async () => {
    const people = await makePeople(db, [
      { birth: [11, 21], isBound: false },
      { birth: [11, 21], friend: 'blocked' },
      { birth: [11, 21], marketing: 'stopped' },
      { birth: [11, 21], hasConsent: false },
    ]);
    await plan();
    expect(await kinds()).toEqual([]);
    expect(
      (await readEntries(db)).filter((entry) => entry.step === 'wish').map((entry) => entry.reason),
    ).toEqual(['not_bound', 'not_following', 'stopped', 'no_consent']);
    expect(people).toHaveLength(4);
  });

  it('passes the place of an offer that has run out to the next in rank', async () => {
    const [member = 0] = await makePeople(db, [{ birth: [12, 1], bought: [addDays(today, -91)] }]);
    await sql`update coupons set quota = 0 where key = 'birthday'`.execute(db);
    await plan();
    expect(await reasons()).toEqual([
      [member, 'gift', 'no_offer'],
      [member, 'one_time', null],
    ]);
  });
});

describe('a plan that is killed', () => {
  it('goes on where it was: nobody is lost, nobody is met twice', async () => {
    await makePeople(
      db,
      Array.from({ length: 40 }, () => ({ birth: [12, 1] as [number, number] })),
    );
    let batches = 0;
    const dying: Transact = (work) =>
      transact(async (tx) => {
        const done = await work(tx);
        batches += 1;
        if (batches === 3) throw new Error('killed before the commit');
        return done;
      });
    await expect(plan(today, { door: dying, peoplePerBatch: 10 })).rejects.toThrow('killed');
    expect(await kinds()).toHaveLength(20);
    await plan(today, { peoplePerBatch: 10 });
    expect(new Set(await kinds()).size).toBe(40);
    expect(await kinds()).toHaveLength(40);
    const claims = await sql<{ count: number }>`select count(*) from coupon_claims`.execute(db);
    expect(claims.rows[0]?.count).toBe(40);
  });

  it('two plans at once meet nobody twice', async () => {
    await makePeople(
      db,
      Array.from({ length: 60 }, () => ({ birth: [12, 1] as [number, number] })),
    );
    await Promise.all([plan(today, { peoplePerBatch: 10 }), plan(today, { peoplePerBatch: 7 })]);
    expect(await kinds()).toHaveLength(60);
    const counted = await sql<{ count: number }>`
      select claimed_count as count from coupons where key = 'birthday'`.execute(db);
    expect(counted.rows[0]?.count).toBe(60);
  });
});

describe('many members', () => {
  it('plans a morning of 5,000 members, each once', async () => {
    const people = Array.from({ length: 5_000 }, (_, at) => ({
      birth: [1 + (at % 12), 1 + (at % 28)] as [number, number],
    }));
    const ids = await makePeople(db, people);
    await buy(
      db,
      ids.map((memberId, at) => ({ memberId, day: addDays(today, -(at % 180)) })),
    );
    const result = await plan();
    expect(result.planned).toBeGreaterThan(375);
    expect(await kinds()).toHaveLength(result.planned);
  });
});
