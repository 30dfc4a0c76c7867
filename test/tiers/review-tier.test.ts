import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { reviewDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { readTierStanding } from '#features/tiers/tier-reads.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { tierProofs } from '#features/tiers/tiers-audit-reads.ts';
import { answerWhyTier } from '#features/tiers/why/why-tier-chat.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { proveAll, proveWithin, tellFindings } from '#foundation/prove.ts';
import { reactions } from '../../src/reactions.ts';
import { lineUser, makeMember } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { tester } from '../support/shop.ts';
import { openTill } from '../support/till.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const day = (on: string) => new Date(`${on}T10:00:00+08:00`);

/** A till whose clock stands at the day of what was done last. */
async function openClub() {
  const till = await openTill(await openTestDatabase(), { reactions });
  const { db, transact, clock } = till;
  let people = 0;
  return {
    ...till,
    async join() {
      const n = ++people;
      return { n, memberId: await makeMember(db, n), member: { phone: `09${String(n).padStart(8, '0')}` } };
    },
    async buy({ member }: { member: object }, on: string, ...prices: number[]) {
      clock.set(day(on));
      const lines = prices.map((unitPriceTwd, at) => ({
        lineNo: at + 1,
        sku: `TEA-${at}`,
        name: '高山茶',
        category: '茶葉',
        quantity: 1,
        unitPriceTwd,
        discountTwd: 0,
      }));
      const totalTwd = prices.reduce((sum, price) => sum + price, 0);
      const bought = await till.buy({ member, lines, totalTwd, purchasedAt: day(on).toISOString() });
      expect(bought.status).toBe(201);
      return { ...bought.receipt, on };
    },
    async bringBack(receipt: Record<string, unknown>, on: string, over: object = { full: true }) {
      clock.set(day(on));
      const { on: purchasedOn, ...told } = receipt;
      const back = await till.giveBack(told, { purchasedOn, returnedAt: day(on).toISOString(), ...over });
      expect(back.status).toBe(201);
    },
    review(on: string) {
      clock.set(day(on));
      return reviewDueTiers(db, transact, { today: on, now: day(on) });
    },
    async standing({ memberId }: { memberId: number }) {
      const { tier, reviewOn, next } = await readTierStanding(db, memberId, clock.now());
      return { key: tier.key, reviewOn, missing: next?.missingTwd ?? null };
    },
    async publish(
      on: string,
      thresholds: Record<string, { thresholdTwd: number; keepTwd?: number }>,
      over = {},
    ) {
      const { version: _, ...rules } = await readPolicy(db, tiersPolicy, clock.now());
      if (rules.mode !== 'threshold') throw new Error(rules.mode);
      const tiers = rules.tiers.map((tier) => ({ ...tier, ...thresholds[tier.key] }));
      await transact((tx) =>
        publishPolicy(tx, tiersPolicy, {
          data: { ...rules, ...over, tiers },
          effectiveFrom: day(on),
          now: day(on),
          actor: tester,
        }),
      );
    },
    async wellProved() {
      expect(tellFindings(await proveAll(db, tierProofs))).toContain('All is well');
    },
  };
}

describe('rules that change', () => {
  it('leave the old ones to whoever holds a tier, until its review', async () => {
    const club = await openClub();
    const [anna, ben] = [await club.join(), await club.join()];
    await club.buy(anna, '2026-12-01', 12_000);
    await club.publish('2027-01-01', { silver: { thresholdTwd: 20_000 }, gold: { thresholdTwd: 60_000 } });
    await club.buy(ben, '2027-01-02', 12_000);
    expect([await club.standing(anna), await club.standing(ben)]).toEqual([
      { key: 'silver', reviewOn: '2027-12-01', missing: 18_000 },
      { key: 'general', reviewOn: null, missing: 8_000 },
    ]);
    // Anna was promised gold for 30,000; Ben never was.
    await club.buy(anna, '2027-02-01', 18_000);
    await club.buy(ben, '2027-02-01', 18_000);
    expect((await club.standing(anna)).key).toBe('gold');
    expect((await club.standing(ben)).key).toBe('silver');
    await club.wellProved();
    await club.buy(anna, '2028-01-15', 30_000);
    await club.review('2028-02-01');
    expect((await club.standing(anna)).key).toBe('silver');
    await club.wellProved();
  });

  it('give what is kinder with the next purchase', async () => {
    const club = await openClub();
    const [cora, dan] = [await club.join(), await club.join()];
    for (const who of [cora, dan]) await club.buy(who, '2026-12-01', 16_000);
    await club.publish('2027-01-01', { gold: { thresholdTwd: 15_000 } });
    await club.buy(cora, '2027-01-02', 100);
    expect([(await club.standing(cora)).key, (await club.standing(dan)).key]).toEqual(['gold', 'silver']);
    await club.wellProved();
  });

  it('raise at the review whoever reaches more by the rules of that day, and say so', async () => {
    const club = await openClub();
    const fay = await club.join();
    await club.buy(fay, '2026-12-01', 12_000);
    await club.buy(fay, '2027-06-01', 4_000);
    await club.buy(fay, '2027-11-20', 12_000);
    await club.publish('2027-11-25', { gold: { thresholdTwd: 15_000 } });
    await club.review('2027-12-01');
    expect(await club.standing(fay)).toMatchObject({ key: 'gold', reviewOn: '2028-12-01' });
    const house = await makeHouse(club.db);
    const turn = makeTurn(house, { lineUserId: lineUser(fay.n), now: day('2027-12-01') });
    const said = JSON.stringify((await club.transact((tx) => answerWhyTier(turn, tx))).messages);
    expect(said).toContain('重新計算時，最近 12 個月消費是 NT$16,000，滿 NT$15,000，所以升為金卡。');
    await club.wellProved();
    const undo = new Error('undo');
    await club.db
      .transaction()
      .execute(async (tx) => {
        await sql`set local session_replication_role = 'replica'`.execute(tx);
        await sql`update tier_memberships set review_on = '2099-12-31' where until is not null`.execute(tx);
        const { proved } = await proveWithin(tx, tierProofs);
        expect(proved.filter((each) => each.broken > 0).map((each) => each.name)).toEqual(['tiers.raised']);
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
  });
});

describe('a return', () => {
  it('in part takes a tier when what stays does not reach it, and not before', async () => {
    const club = await openClub();
    const gus = await club.join();
    const receipt = await club.buy(gus, '2026-12-01', 2_000, 2_000, 8_000);
    const part = (lineNo: number) => ({ lines: [{ lineNo, quantity: 1, amountTwd: 2_000 }] });
    await club.bringBack(receipt, '2026-12-02', part(1));
    expect((await club.standing(gus)).key).toBe('silver');
    await club.bringBack(receipt, '2026-12-03', part(2));
    expect((await club.standing(gus)).key).toBe('general');
    await club.wellProved();
  });

  it('after the review counts against what kept the tier there', async () => {
    const club = await openClub();
    const [hal, ida] = [await club.join(), await club.join()];
    await club.publish('2026-11-22', { silver: { thresholdTwd: 10_000, keepTwd: 6_000 } });
    for (const who of [hal, ida]) await club.buy(who, '2026-12-01', 10_000);
    const [big, small] = [await club.buy(hal, '2027-11-28', 9_000), await club.buy(ida, '2027-11-28', 1_000)];
    await club.buy(ida, '2027-11-28', 8_000);
    await club.review('2027-12-01');
    expect([(await club.standing(hal)).key, (await club.standing(ida)).key]).toEqual(['silver', 'silver']);
    await club.bringBack(big, '2027-12-03');
    await club.bringBack(small, '2027-12-03');
    expect([(await club.standing(hal)).key, (await club.standing(ida)).key]).toEqual(['general', 'silver']);
    await club.wellProved();
  });

  it('in a race with the review ends in one tier, whichever is first', async () => {
    const club = await openClub();
    for (let turn = 0; turn < 4; turn++) {
      const kim = await club.join();
      await club.buy(kim, '2026-12-01', 12_000);
      const kept = await club.buy(kim, '2027-11-28', 12_000);
      await Promise.all([club.review('2027-12-01'), club.bringBack(kept, '2027-12-01')]);
      expect((await club.standing(kim)).key).toBe('general');
      club.clock.set(day('2026-11-22'));
    }
    await club.wellProved();
  });
});
