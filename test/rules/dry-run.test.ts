import { beforeAll, describe, expect, it } from 'vitest';
import { replayThreshold, tierOn } from '#features/rules/dry-run/replay-threshold-rules.ts';
import { listSteps, netWithin, type PastPurchase } from '#features/rules/dry-run/timeline-rules.ts';
import { type ThresholdPolicy, tierForSpend, tiersPolicy } from '#features/tiers/tier-rules.ts';
import { sql } from '#foundation/db.ts';
import { readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { insertPurchaseRow, noon, openPerson } from '../support/shop.ts';
import { openStaffHouse, type StaffMember } from '../support/staff-client.ts';

const database = await openTestDatabase();
const house = await openStaffHouse(database);
const { db } = house;
const live = (await readPolicy(db, tiersPolicy, noon)) as ThresholdPolicy;

let receipts = 0;
const bought = (purchasedOn: string, totalTwd: number, over: Partial<PastPurchase> = {}): PastPurchase => ({
  purchaseId: ++receipts,
  memberId: 1,
  purchasedOn,
  channel: 'store',
  storeCode: 'xinyi',
  totalTwd,
  pointsPaid: 0,
  returnedTwd: 0,
  isFullyReturned: false,
  lines: [],
  ...over,
});
const back = (of: PastPurchase, returnedOn: string, amountTwd = of.totalTwd) => ({
  purchaseId: of.purchaseId,
  purchasedOn: of.purchasedOn,
  returnedOn,
  amountTwd,
});
const replay = (purchases: PastPurchase[], returns: ReturnType<typeof back>[] = [], policy = live) =>
  replayThreshold(policy, listSteps({ purchases, returns }), '2026-11-21').map(({ on, key }) => [on, key]);

describe('a replay of tiers by threshold', () => {
  it('rises with the purchase that reaches a tier, and over tiers at once', () => {
    expect(replay([bought('2026-01-05', 9_999), bought('2026-02-01', 1)])).toEqual([
      ['', 'general'],
      ['2026-02-01', 'silver'],
    ]);
    expect(replay([bought('2026-01-05', 30_000)])).toEqual([
      ['', 'general'],
      ['2026-01-05', 'gold'],
    ]);
  });

  it('falls at the review only, a year after it was reached, to what the window holds then', () => {
    const gold = bought('2024-03-10', 30_000);
    expect(replay([gold])).toEqual([
      ['', 'general'],
      ['2024-03-10', 'gold'],
      ['2025-03-10', 'general'],
    ]);
    expect(replay([gold, bought('2025-03-01', 10_000)])).toEqual([
      ['', 'general'],
      ['2024-03-10', 'gold'],
      ['2025-03-10', 'silver'],
      ['2026-03-10', 'general'],
    ]);
    const oneDown = { ...live, down: 'one_down' as const };
    expect(replay([gold], [], oneDown).map(([, key]) => key)).toEqual([
      'general',
      'gold',
      'silver',
      'general',
    ]);
  });

  it('is kept for another year by what keeps it', () => {
    const kept = replay([bought('2024-03-10', 30_000), bought('2025-02-01', 30_000)]);
    expect(kept).toEqual([
      ['', 'general'],
      ['2024-03-10', 'gold'],
      ['2026-03-10', 'general'],
    ]);
  });

  it('loses with a return what only that purchase carried, on the day of the return', () => {
    const first = bought('2026-01-05', 12_000);
    const second = bought('2026-02-01', 20_000);
    expect(replay([first, second], [back(second, '2026-03-01')])).toEqual([
      ['', 'general'],
      ['2026-01-05', 'silver'],
      ['2026-02-01', 'gold'],
      ['2026-03-01', 'silver'],
    ]);
    expect(replay([first], [back(first, '2026-01-05')])).toEqual([
      ['', 'general'],
      ['2026-01-05', 'silver'],
      ['2026-01-05', 'general'],
    ]);
    // Half of it back leaves enough.
    expect(replay([first], [back(first, '2026-01-09', 2_000)]).at(-1)).toEqual(['2026-01-05', 'silver']);
  });

  it('holds after every purchase at least what the window reaches, whatever was bought and brought back', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const someDay = (year: number) =>
      `${year}-${String(1 + random(10)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`;
    const rank = (key: string) => live.tiers.findIndex((tier) => tier.key === key);
    let seen = 0;
    for (let person = 0; person < 300; person++) {
      const purchases = Array.from({ length: 1 + random(12) }, () =>
        bought(someDay(2024 + random(3)), 500 + random(15_000)),
      );
      const returns = purchases.filter(() => random(4) === 0).map((of) => back(of, someDay(2026)));
      const steps = listSteps({ purchases, returns });
      const held = replayThreshold(live, steps, '2026-12-31');
      expect(held.map(({ on }) => on)).toEqual(held.map(({ on }) => on).toSorted());
      steps.forEach(({ on }, at) => {
        if (steps[at + 1]?.on === on) return;
        const net = netWithin(steps, at + 1, on, live.windowMonths);
        expect(rank(tierOn(held, on))).toBeGreaterThanOrEqual(rank(tierForSpend(live, net).key));
        seen += 1;
      });
    }
    expect(seen).toBeGreaterThan(1_000);
  });
});

describe('a dry run', () => {
  let marketer: StaffMember;
  const members: { memberId: number; memberNo: string }[] = [];
  beforeAll(async () => {
    marketer = await house.hire('marketer');
    // 9,000, 12,000 and 40,000 in June 2026, each as one receipt; and somebody who never bought.
    for (const totalTwd of [9_000, 12_000, 40_000]) {
      const person = await openPerson(db);
      members.push(person);
      const { storeId } = house.stores.xinyi;
      const at = new Date('2026-06-15T04:00:00Z');
      await insertPurchaseRow(db, { storeId, memberId: person.memberId, totalTwd, at });
    }
    await openPerson(db);
    await sql`update members set joined_at = '2024-01-01T00:00:00Z'`.execute(db);
  });

  const usual = async () => {
    const { version: _, ...data } = await readPolicy(db, tiersPolicy, noon);
    // biome-ignore lint/suspicious/noExplicitAny: rules that the test changes
    return structuredClone(data) as any;
  };
  async function tryOut(section: string, data: object, query = '') {
    const made = await marketer.visitor.post('/rules/drafts', { section, data });
    expect(made.body).toMatchObject({ state: 'open' });
    return marketer.visitor.post(`/rules/drafts/${made.body.id}/dry-run${query}`, {});
  }
  const tail = (at: number) => `******${members[at]?.memberNo.slice(-4)}`;
  const monthOf = (body: { months: { month: string }[] }, month: string) =>
    body.months.find((each) => each.month === month);

  it('of the rules as they are moves nobody and costs nothing', async () => {
    const { status, body } = await tryOut('tiers', await usual());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      from: '2024-12-01',
      until: '2026-11-21',
      memberCount: 4,
      rising: 0,
      falling: 0,
      pairs: [],
      items: [],
      total: { extraPoints: 0, extraTwd: 0 },
    });
    expect(body.months).toHaveLength(24);
    expect(monthOf(body, '2026-06')).toMatchObject({ purchases: 3, live: { points: 610 } });
  });

  it('says who rises and who falls, by pair and by name of which only the end is shown', async () => {
    const data = await usual();
    data.tiers[1].thresholdTwd = 8_000;
    data.tiers[2].thresholdTwd = 50_000;
    const { body } = await tryOut('tiers', data);
    expect(body).toMatchObject({ rising: 1, falling: 1 });
    expect(body.pairs).toContainEqual({ from: 'general', to: 'silver', move: 'rise', count: 1 });
    expect(body.pairs).toContainEqual({ from: 'gold', to: 'silver', move: 'fall', count: 1 });
    expect(body.items).toEqual([
      { memberNo: tail(0), from: 'general', to: 'silver', move: 'rise' },
      { memberNo: tail(2), from: 'gold', to: 'silver', move: 'fall' },
    ]);
    const page = await tryOut('tiers', data, '?limit=1');
    expect(page.body.items).toHaveLength(1);
    const next = await tryOut('tiers', data, `?limit=1&cursor=${page.body.nextCursor}`);
    expect([next.body.items[0].memberNo, next.body.nextCursor]).toEqual([tail(2), null]);
    expect(next.body.rising).toBe(1);
  });

  it('counts what more points and what coupons cost in the month in which they would have been given', async () => {
    const data = await usual();
    const name = { 'zh-TW': '禮物', en: 'a gift', ja: 'ギフト' };
    data.tiers[2].benefits = [
      { kind: 'coupon', couponKey: 'welcome', given: 'rise', name },
      { kind: 'coupon', couponKey: 'birthday', given: 'monthly', name },
    ];
    const { body } = await tryOut('tiers', data);
    // The one who rose in June: NT$100 at once, and a coupon of percents on the first of each of five months.
    expect(monthOf(body, '2026-06')).toMatchObject({
      draft: { coupons: 1, couponsTwd: 100, couponsWithoutWorth: 0 },
      extraTwd: 100,
    });
    expect(monthOf(body, '2026-07')).toMatchObject({
      draft: { coupons: 1, couponsWithoutWorth: 1 },
      extraTwd: 0,
    });
    expect(body.total.extraTwd).toBe(100);
    expect(body.pairs).toEqual([]);
  });

  it('of more points for a tier counts them from the purchase after the rise on', async () => {
    const { storeId } = house.stores.xinyi;
    const memberId = members[1]?.memberId as number;
    const at = new Date('2026-08-03T04:00:00Z');
    await insertPurchaseRow(db, { storeId, memberId, totalTwd: 1_050, at });
    const data = await usual();
    data.tiers[1].earnPercent = 150;
    const { body } = await tryOut('tiers', data);
    expect(monthOf(body, '2026-06')).toMatchObject({ extraPoints: 0 });
    // 1,050 × 150 % ÷ 100 = 15, against 10.
    expect(monthOf(body, '2026-08')).toMatchObject({
      live: { points: 10 },
      draft: { points: 15 },
      extraTwd: 5,
    });
    expect(body.perMonth).toEqual({ extraPoints: 0, extraTwd: 0 });
  });

  it('of points says what the past would have earned, each side at its own worth, and moves nobody', async () => {
    const points = {
      twdPerPoint: 50,
      pointValueTwd: 1,
      returnWindowDays: { store: 0, online: 7 },
      ends: { kind: 'never' },
    };
    const { body } = await tryOut('points', points);
    expect(monthOf(body, '2026-06')).toMatchObject({
      live: { points: 610 },
      draft: { points: 1_220 },
      extraTwd: 610,
    });
    expect(body).toMatchObject({ rising: 0, falling: 0, items: [] });
    const worth = await tryOut('points', { ...points, twdPerPoint: 100, pointValueTwd: 3 });
    expect(monthOf(worth.body, '2026-06')).toMatchObject({ extraPoints: 0, extraTwd: 1_220 });
  });

  it('of ranks lets the best of all members in, as each month would have ranked them', async () => {
    const data = await usual();
    const tiers = data.tiers.map(({ thresholdTwd: _, ...tier }: Record<string, unknown>, at: number) => ({
      ...tier,
      sharePercent: [0, 25, 25][at],
    }));
    const { body } = await tryOut('tiers', { mode: 'percentile', tiers });
    // Of four the first is gold, the second silver: as they are now, so that nobody moves.
    expect(body.pairs).toEqual([]);
    const wide = tiers.map((tier: object, at: number) => ({ ...tier, sharePercent: [0, 50, 25][at] }));
    expect((await tryOut('tiers', { mode: 'percentile', tiers: wide })).body.pairs).toEqual([
      { from: 'general', to: 'silver', move: 'rise', count: 1 },
    ]);
  });

  it('of scores ranks each measure among everybody', async () => {
    const data = await usual();
    const tiers = data.tiers.map(({ thresholdTwd: _, ...tier }: Record<string, unknown>, at: number) => ({
      ...tier,
      minScore: [0, 40, 60][at],
    }));
    const { body } = await tryOut('tiers', {
      mode: 'score',
      tiers,
      weights: { spend: 100, frequency: 0, activity: 0 },
    });
    // Below each lie 1, 2 and 3 of the 3 others: 33, 66 and 100.
    expect(body.pairs).toEqual([{ from: 'silver', to: 'gold', move: 'rise', count: 1 }]);
  });

  it('takes returns off when they came, and leaves everything as it is', async () => {
    const memberId = members[2]?.memberId as number;
    await sql`
      with back as (
        update purchases set returned_twd = total_twd, fully_returned_at = '2026-07-01T04:00:00Z'
        where member_id = ${memberId} returning id, store_id, total_twd)
      insert into purchase_returns (purchase_id, store_id, return_no, returned_on, returned_at, amount_twd, is_full, request_hash)
      select id, store_id, 'R1', '2026-07-01', '2026-07-01T04:00:00Z', total_twd, true, sha256('x') from back`.execute(
      db,
    );
    const count = async () =>
      (await sql<{ n: number }>`select count(*) as n from tier_memberships`.execute(db)).rows[0]?.n;
    const before = await count();
    const data = await usual();
    data.tiers[2].thresholdTwd = 60_000;
    const { body } = await tryOut('tiers', data);
    expect(body.pairs).toEqual([]);
    expect(monthOf(body, '2026-06')).toMatchObject({ live: { points: 210 } });
    expect(await count()).toBe(before);
  });

  it('is for points and tiers, and goes on one at a time', async () => {
    const reach = await marketer.visitor.get('/rules');
    const { data } = reach.body.sections.find((each: { section: string }) => each.section === 'reach').live;
    const other = await tryOut('reach', data);
    expect([other.status, other.body.error.code]).toEqual([422, 'nothing_to_replay']);
    expect((await marketer.visitor.post('/rules/drafts/999999/dry-run', {})).status).toBe(404);
    const made = await marketer.visitor.post('/rules/drafts', { section: 'tiers', data: await usual() });
    await db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext('rules:dry-run'))`.execute(tx);
      const busy = await marketer.visitor.post(`/rules/drafts/${made.body.id}/dry-run`, {});
      expect([busy.status, busy.body.error.code]).toEqual([409, 'busy']);
    });
  });
});
