import { expect, it } from 'vitest';
import { replayThreshold } from '#features/rules/dry-run/replay-threshold-rules.ts';
import type { Step } from '#features/rules/dry-run/timeline-rules.ts';
import { raiseTier } from '#features/tiers/raise-tier.ts';
import { reviewTier } from '#features/tiers/review/review-tier.ts';
import { type ThresholdPolicy, tiersPolicy } from '#features/tiers/tier-rules.ts';
import { withdrawRise } from '#features/tiers/withdraw-rise.ts';
import { sql } from '#foundation/db.ts';
import { createTransact } from '#foundation/facts.ts';
import { readPolicy } from '#foundation/policy.ts';
import { openTestDatabase } from '../support/database.ts';
import { insertPurchaseRow, noon, openPerson, openStore, tester } from '../support/shop.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const { storeId } = await openStore(db);
const policy = (await readPolicy(db, tiersPolicy, noon)) as ThresholdPolicy;

let seed = 20_261_121;
const random = (below: number) => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};
const until = '2026-12-31';
const noonOf = (on: string) => new Date(`${on}T04:00:00Z`);
/** One of the days of three years; two people rarely do something on the same. */
const someDay = (from: number, days: number) =>
  new Date(Date.UTC(2024, 0, 1 + from + random(days))).toISOString().slice(0, 10);

/** Some purchases and the returns of a few of them, in order, at most one step a day. */
function livePast(): Step[] {
  const steps: Step[] = [];
  for (let nth = 0; nth < 3 + random(10); nth++) {
    const from = random(900);
    const boughtOn = someDay(from, 1);
    const twd = 1_000 + random(20_000);
    const returnedOn = someDay(from + 1, 60);
    steps.push({ on: boughtOn, boughtOn, twd, purchaseId: nth });
    if (random(3) === 0) steps.push({ on: returnedOn, boughtOn, twd: -twd, purchaseId: nth });
  }
  const days = new Set<string>();
  const kept = steps.filter(({ on }) => !days.has(on) && days.add(on));
  return kept
    .filter(
      ({ twd, purchaseId }) => twd > 0 || kept.some((each) => each.twd > 0 && each.purchaseId === purchaseId),
    )
    .toSorted((a, b) => (a.on < b.on ? -1 : 1));
}

it('a replay gives the very tiers that the live rules gave, day by day', { timeout: 120_000 }, async () => {
  let changes = 0;
  for (let person = 0; person < 25; person++) {
    const { memberId } = await openPerson(db);
    const steps = livePast();
    const rows = new Map<number, number>();
    const settle = (on: string) => ({ memberId, now: noonOf(on), actor: tester, source: 'test' });
    const reviewUpTo = async (on: string) => {
      for (;;) {
        const due = await sql<{ on: string }>`
          select review_on as on from tier_memberships
          where member_id = ${memberId} and until is null and review_on <= ${on}`.execute(db);
        const day = due.rows[0]?.on;
        if (day === undefined) return;
        await transact((tx) => reviewTier(tx, settle(day)));
      }
    };
    for (const { on, twd, purchaseId } of steps) {
      await reviewUpTo(on);
      if (twd > 0) {
        const id = await insertPurchaseRow(db, { storeId, memberId, totalTwd: twd, at: noonOf(on) });
        rows.set(purchaseId, id);
        await transact((tx) => raiseTier(tx, { ...settle(on), purchaseId: id }));
      } else {
        await sql`
          update purchases set returned_twd = total_twd, fully_returned_at = ${noonOf(on)}
          where id = ${rows.get(purchaseId)}`.execute(db);
        await transact((tx) => withdrawRise(tx, settle(on)));
      }
    }
    await reviewUpTo(until);
    const lived = await sql<{ on: string; key: string }>`
      select (since at time zone 'Asia/Taipei')::date as on, tier_key as key
      from tier_memberships where member_id = ${memberId} order by id`.execute(db);
    const replayed = replayThreshold(policy, steps, until).slice(1);
    expect([person, replayed.map(({ on, key }) => ({ on, key }))]).toEqual([person, lived.rows]);
    changes += replayed.length;
  }
  expect(changes).toBeGreaterThan(50);
});
