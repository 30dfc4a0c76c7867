import { beforeAll, describe, expect, it } from 'vitest';
import { holdPhone } from '#features/members/hold-identity.ts';
import { decideSuspicion } from '#features/referrals/farms/decide-suspicion.ts';
import { watchReferrals } from '#features/referrals/farms/watch-referrals-job.ts';
import { referralsPolicy } from '#features/referrals/referral-rules.ts';
import { referralProofs } from '#features/referrals/referrals-audit-reads.ts';
import { sql } from '#foundation/db.ts';
import { createLogger } from '#foundation/log.ts';
import { readPolicy } from '#foundation/policy.ts';
import { proveAll, proveWithin } from '#foundation/prove.ts';
import { noon, system } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { testSecrets } from '../support/shop.ts';
import { openStaffHouse, type Visitor } from '../support/staff-client.ts';
import { day, openReferrals } from './cast.ts';

const database = await openTestDatabase({ max: 16 });
const { db } = database;
const house = await openStaffHouse(database);
const { settle, transact, meet, join, codeOf, send, bind, buy, run, merge, tieOf, giftsOf } =
  await openReferrals(db);
await settle({ caps: { perDay: null, perMonth: 10, life: 100 } });

const desk = { log: createLogger('silent'), secrets: testSecrets, alertWebhookUrl: null };
const watch = (now: Date) => watchReferrals({ db, transact, desk }, { now });
const minutes = (count: number): Date => new Date(noon.getTime() + count * 60_000);
let phones = 0;

/** Friends who sent the code, bound and bought at the minutes that `at` gives. */
async function crowd(
  count: number,
  at: (n: number) => { joined: Date; bought: Date; twd?: number; storeId?: number },
) {
  const inviter = await join();
  const code = await codeOf(inviter);
  const friends: number[] = [];
  for (let n = 0; n < count; n++) {
    const friend = await meet();
    const { joined, bought, twd, storeId } = at(n);
    await transact((tx) =>
      holdPhone(tx, testSecrets, {
        memberId: friend,
        phone: `+8869${String(++phones).padStart(8, '0')}`,
        verifiedAt: joined,
        now: joined,
      }),
    );
    await send(friend, code, joined);
    await bind(friend, joined);
    await buy(friend, bought, twd ?? 900 + n * 100, storeId);
    friends.push(friend);
  }
  return { inviter, friends };
}
const quickFarm = (count: number) =>
  crowd(count, (n) => ({
    joined: minutes(n),
    bought: new Date(day(1).getTime() + n * 7_200_000),
    storeId: (n % 2 === 0 ? house.stores.xinyi : house.stores.banqiao).storeId,
  }));
const family = () => crowd(3, () => ({ joined: noon, bought: day(1), twd: 300 }));

const openOf = (inviterId: number) =>
  db
    .selectFrom('referral_suspicions')
    .selectAll()
    .where('inviter_id', '=', inviterId)
    .where('state', '=', 'open')
    .execute();
const rewardedOf = async (friends: readonly number[]) =>
  (await Promise.all(friends.map(tieOf))).filter((tie) => tie?.state === 'rewarded').length;
const decide = (suspicionId: number, decision: 'released' | 'refused') =>
  transact((tx) =>
    decideSuspicion(tx, { suspicionId, decision, reason: 'Looked at it', now: day(9), actor: system }),
  );

describe('the nightly look', () => {
  it('finds friends who never bought again, holds those who wait, and tells the desk while it stands', async () => {
    expect(await watch(day(9))).toMatchObject({ inviters: 0 });
    const alarm = () =>
      sql<{ message: string }>`select message from outbox_alarms where cause = 'referral_farms'`.execute(db);
    expect((await alarm()).rows).toEqual([]);

    const old = await crowd(10, (n) => ({ joined: day(n * 4), bought: day(n * 4 + 1) }));
    for (let n = 0; n < 10; n++) await run(day(n * 4 + 9));
    expect(await rewardedOf(old.friends)).toBe(10);
    await run(day(60));
    const newest = await meet();
    await send(newest, await codeOf(old.inviter), day(140));
    await bind(newest, day(140));
    await buy(newest, day(141));
    expect(await watch(day(142))).toEqual({ inviters: 1, held: 1 });
    expect(await openOf(old.inviter)).toMatchObject([{ sign: 'never_again', evidence: { count: 10 } }]);
    const [told] = (await alarm()).rows;
    expect(told?.message).toMatch(/1 friends of 1 inviters.*\/api\/v1\/referrals\/suspects/s);
    await watch(day(143));
    expect((await alarm()).rows).toHaveLength(1);
    await run(day(150));
    expect(await tieOf(newest)).toMatchObject({ state: 'bound' });

    const [found] = await openOf(old.inviter);
    await decide(found?.id ?? 0, 'released');
    expect(await watch(day(151))).toMatchObject({ inviters: 0 });
    expect((await alarm()).rows).toEqual([]);
    await run(day(151));
    expect(await tieOf(newest)).toMatchObject({ state: 'rewarded' });
  });
});

describe('a farm of accounts', () => {
  it('is held whole at its first reward, with what was seen, and nobody is paid', async () => {
    const { inviter, friends } = await quickFarm(9);
    const runs = await Promise.all([run(day(8.9)), run(day(8.9))]);
    expect(runs.map(({ rewarded }) => rewarded)).toEqual([0, 0]);
    expect([await giftsOf(inviter), await rewardedOf(friends)]).toEqual([0, 0]);
    expect(await openOf(inviter)).toMatchObject([
      { sign: 'burst', evidence: { what: 'received', count: 9, limit: 6, withinMinutes: 60 } },
    ]);
    expect(await tieOf(friends[0] ?? 0)).toMatchObject({ state: 'bound' });
  });

  it('lets a family of three pass that joins and buys together', async () => {
    const { inviter, friends } = await family();
    await run(day(8));
    expect(await openOf(inviter)).toEqual([]);
    expect(await rewardedOf(friends)).toBe(3);
    await settle({ caps: { perDay: null, perMonth: 10, life: 100 } });
  });

  it('is rewarded when a person releases it, and not held again for the same', async () => {
    const { inviter, friends } = await quickFarm(8);
    await run(day(9));
    const [found] = await openOf(inviter);
    expect(await decide(found?.id ?? 0, 'released')).toEqual({ ok: true, refused: 0 });
    await run(day(9));
    expect(await rewardedOf(friends)).toBe(8);
    expect(await openOf(inviter)).toEqual([]);
  });

  it('ends when a person refuses it: nobody gets anything, and no code brings them back', async () => {
    const { inviter, friends } = await quickFarm(8);
    await run(day(9));
    const [found] = await openOf(inviter);
    expect(await decide(found?.id ?? 0, 'refused')).toEqual({ ok: true, refused: 8 });
    await run(day(20));
    expect([await giftsOf(inviter), await rewardedOf(friends)]).toEqual([0, 0]);
    const [friend = 0] = friends;
    expect(await tieOf(friend)).toMatchObject({ state: 'refused', refused_reason: 'farm' });
    await db.updateTable('members').set({ joined_at: null }).where('id', '=', friend).execute();
    expect(await send(friend, await codeOf(await join()))).toMatchObject({ reason: 'second_inviter' });
  });

  it('is decided once, however many decide at once', async () => {
    const { inviter } = await quickFarm(8);
    await run(day(9));
    const [found] = await openOf(inviter);
    const id = found?.id ?? 0;
    const outcomes = await Promise.all([
      decide(id, 'released'),
      decide(id, 'refused'),
      decide(id, 'released'),
      run(day(9)),
    ]);
    expect(outcomes.slice(0, 3).filter((each) => 'ok' in each && each.ok)).toHaveLength(1);
    expect(await decide(id, 'released')).toEqual({ ok: false, reason: 'already_decided' });
    expect(await decide(999_999, 'released')).toEqual({ ok: false, reason: 'unknown_suspicion' });
  });

  it('of many accounts earns no more than the cap even where every sign is off', async () => {
    const { farms } = await readPolicy(db, referralsPolicy, noon);
    const off = Object.fromEntries(
      Object.entries(farms).map(([sign, limits]) => [sign, { ...limits, isOn: false }]),
    ) as typeof farms;
    await settle({ farms: off });
    const { inviter, friends } = await crowd(40, () => ({ joined: noon, bought: day(0.5) }));
    for (const at of [8, 8.3, 8.6, 8.8]) await Promise.all([run(day(at)), run(day(at)), run(day(at))]);
    expect([await giftsOf(inviter), await rewardedOf(friends)]).toEqual([10, 10]);
    await settle({ farms });
  });

  it('stays suspected when inviters turn out to be one person', async () => {
    const [one, other] = [await quickFarm(8), await quickFarm(7)];
    await run(day(9));
    await merge(one.inviter, other.inviter);
    const found = await openOf(other.inviter);
    expect(found.filter(({ sign }) => sign === 'burst')).toHaveLength(1);
    await run(day(12));
    expect(await rewardedOf([...one.friends, ...other.friends])).toBe(0);
    for (const { id } of found) expect(await decide(id, 'refused')).toMatchObject({ ok: true });
    expect((await tieOf(one.friends[0] ?? 0))?.refused_reason).toBe('farm');
  });
});

describe('/referrals/suspects', () => {
  let owner: Visitor;
  let manager: Visitor;
  let farm: Awaited<ReturnType<typeof quickFarm>>;
  beforeAll(async () => {
    owner = await house.signIn(await house.hire('owner'));
    manager = await house.signIn(await house.hire('manager'));
    await watch(day(9));
    const open = await db
      .selectFrom('referral_suspicions')
      .select('id')
      .where('state', '=', 'open')
      .execute();
    for (const { id } of open) await decide(id, 'refused');
    farm = await crowd(8, (n) => ({ joined: minutes(n), bought: day(1), twd: 700 + n }));
    await run(day(9));
  });
  const list = async (query = '') => (await manager.get(`/referrals/suspects${query}`)).body;

  it('shows who, what was seen, and the receipts, without a whole phone', async () => {
    const { items } = await list();
    const burst = items.find((item: { sign: string }) => item.sign === 'burst');
    expect(burst).toMatchObject({
      state: 'open',
      decidedAt: null,
      reason: null,
      evidence: { what: 'received', count: 8, limit: 6, withinMinutes: 60, percent: null },
    });
    expect(burst.inviter.memberNo).toMatch(/^\d{10}$/);
    expect(burst.friends).toHaveLength(8);
    expect(burst.friends[0]).toMatchObject({
      state: 'bound',
      rewardedAt: null,
      firstPurchase: { receiptNo: expect.stringMatching(/^R/), store: '信義店', totalTwd: 700 },
    });
    for (const friend of burst.friends) expect(friend.phone).toMatch(/^09\*\*-\*\*\*-\d{3}$/);
    const till = items.find((item: { sign: string }) => item.sign === 'same_till');
    expect(till).toMatchObject({ evidence: { what: 'same_minute', count: 8, limit: 3, store: '信義店' } });
    expect(JSON.stringify(items)).not.toMatch(/\+8869|09\d{8}/);
    const pages = await list('?limit=1');
    expect(pages.items).toHaveLength(1);
    expect((await list(`?limit=1&cursor=${pages.nextCursor}`)).items[0].id).not.toBe(pages.items[0].id);
  });

  it.each([
    ['no reason', {}, 'reason'],
    ['an empty reason', { reason: ' ' }, 'reason'],
    ['a long reason', { reason: 'x'.repeat(301) }, 'reason'],
    ['a number for a reason', { reason: 7 }, 'reason'],
    ['what it does not know', { reason: 'seen', force: true }, 'force'],
  ])('names the field of %s and decides nothing', async (_, body, path) => {
    const [item] = (await list()).items;
    const answer = await manager.post(`/referrals/suspects/${item.id}/release`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields[0].path).toBe(path);
    expect((await list()).items).toHaveLength(2);
  });

  it('knows its ids and pages', async () => {
    for (const id of ['0', 'abc', '-1', '1e3', '99999999999999999'])
      expect((await manager.post(`/referrals/suspects/${id}/refuse`, { reason: 'seen' })).status).toBe(400);
    expect((await manager.post('/referrals/suspects/999999/refuse', { reason: 'seen' })).status).toBe(404);
    expect((await manager.get('/referrals/suspects?state=all')).status).toBe(400);
    expect((await manager.get('/referrals/suspects?cursor=x')).status).toBe(400);
  });

  it('is decided with a reason, which stands in the activity log without the phones in it', async () => {
    const [one, other] = (await list()).items;
    const done = await manager.post(`/referrals/suspects/${one.id}/refuse`, {
      reason: 'All by one hand, 0912345678',
    });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({ id: one.id, state: 'refused', reason: 'All by one hand, ***678' });
    expect(done.body.friends.every((friend: { state: string }) => friend.state === 'refused')).toBe(true);
    expect((await owner.post(`/referrals/suspects/${one.id}/release`, { reason: 'seen' })).status).toBe(409);
    expect((await owner.post(`/referrals/suspects/${other.id}/release`, { reason: 'seen' })).status).toBe(
      200,
    );
    expect((await list()).items).toEqual([]);
    expect((await list('?state=decided')).items.length).toBeGreaterThan(2);
    const log = (await owner.get('/audit?action=referral.refused&limit=200')).body.items;
    const reasons = log.map(({ after }: { after: object }) => after);
    expect(reasons).toContainEqual(
      expect.objectContaining({ refused: 8, reason: 'All by one hand, ***678', state: 'refused' }),
    );
    expect(await giftsOf(farm.inviter)).toBe(0);
  });
});

describe('the proofs', () => {
  const broken = (findings: Awaited<ReturnType<typeof proveAll>>) =>
    findings.proved.filter((each) => each.broken > 0).map(({ name }) => name);

  it('hold after all of this', async () => {
    const findings = await proveAll(db, referralProofs);
    expect([broken(findings), findings.first]).toEqual([[], null]);
    const idle = findings.proved.filter(({ checked }) => checked === 0).map(({ name }) => name);
    expect(idle).toEqual(['referrals.full']);
  });

  it.each([
    [
      'a reward while it was held',
      `update referrals set state = 'rewarded', rewarded_at = '2027-01-01', refused_reason = null
       where refused_reason = 'farm';
       update referral_suspicions set decided_at = '2028-01-01' where state = 'refused'`,
      'referrals.held',
    ],
    [
      'an invitation that nobody refused',
      `update referral_suspicions set state = 'released' where state = 'refused'`,
      'referrals.farm',
    ],
    [
      'a decision that nobody wrote down',
      `delete from audit_entries where action = 'referral.released'`,
      'referrals.decided',
    ],
    [
      'a title that was taken away',
      `delete from referral_milestones where friends = 1`,
      'referrals.milestones_given',
    ],
    [
      'a title for friends who came later',
      `update referral_milestones set reached_at = '2026-01-01'`,
      'referrals.milestones',
    ],
    [
      'a friend who was rewarded without the inviter',
      `update referrals set inviter_refused_reason = 'life_cap' where state = 'rewarded'`,
      'referrals.full',
    ],
  ])('find %s', async (_, planted, name) => {
    const undo = new Error('undo');
    let found: string[] = [];
    await db
      .transaction()
      .execute(async (tx) => {
        for (const statement of ["set local session_replication_role = 'replica'", ...planted.split(';')])
          expect((await sql.raw(statement).execute(tx)).numAffectedRows).not.toBe(0n);
        found = broken(await proveWithin(tx, referralProofs));
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    expect(found).toContain(name);
  });
});
