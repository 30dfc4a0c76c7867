import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { giveDueTierCoupons } from '#features/tiers/benefits/give-due-coupons-job.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { tierProofs } from '#features/tiers/tiers-audit-reads.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { proveAll, proveWithin, tellFindings } from '#foundation/prove.ts';
import { reactions } from '../../src/reactions.ts';
import { makeCoupon, makeMember } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { tester } from '../support/shop.ts';
import { openTill } from '../support/till.ts';

const till = await openTill(await openTestDatabase(), { reactions });
const { db, transact, clock } = till;
for (const key of ['silver-hello', 'gold-hello', 'gold-month', 'gold-birthday'])
  await makeCoupon(db, { key, perMember: 50 });
await makeCoupon(db, { key: 'rare', quota: 1, perMember: 50 });

const name = { 'zh-TW': '禮遇', en: 'a gift', ja: '特典' };
const coupon = (couponKey: string, given: 'rise' | 'monthly' | 'birthday') =>
  ({ kind: 'coupon', couponKey, given, name }) as const;
const { version: _, ...rules } = await readPolicy(db, tiersPolicy, clock.now());
if (rules.mode !== 'threshold') throw new Error(rules.mode);
const benefits: Record<string, ReturnType<typeof coupon>[]> = {
  silver: [coupon('silver-hello', 'rise'), coupon('rare', 'rise')],
  gold: [coupon('gold-hello', 'rise'), coupon('gold-month', 'monthly'), coupon('gold-birthday', 'birthday')],
};
const tiers = rules.tiers.map((tier) => ({ ...tier, benefits: benefits[tier.key] ?? [] }));
await transact((tx) =>
  publishPolicy(tx, tiersPolicy, {
    data: { ...rules, tiers },
    effectiveFrom: new Date('2026-01-01T00:00:00Z'),
    now: clock.now(),
    actor: tester,
  }),
);

let people = 0;
async function join() {
  const n = ++people;
  return { memberId: await makeMember(db, n), member: { phone: `09${String(n).padStart(8, '0')}` } };
}
type Joined = Awaited<ReturnType<typeof join>>;
async function buy({ member }: Joined, totalTwd: number) {
  const line = { lineNo: 1, sku: 'TEA-1', name: '高山茶', category: '茶葉', quantity: 1, discountTwd: 0 };
  const lines = [{ ...line, unitPriceTwd: totalTwd }];
  const bought = await till.buy({ member, totalTwd, lines, purchasedAt: clock.now().toISOString() });
  expect(bought.status).toBe(201);
  return bought.receipt;
}
const held = async ({ memberId }: Joined) =>
  (
    await sql<{ key: string; state: string }>`
      select coupon_key as key, state from coupons_published_claims
      where member_id = ${memberId} and issue_key like 'tier:%' order by id`.execute(db)
  ).rows.map((row) => `${row.key} ${row.state}`);
const night = (on: string) =>
  giveDueTierCoupons({ db, transact }, { now: new Date(`${on}T01:00:00+08:00`), zone: 'Asia/Taipei' });

describe('the coupons of a tier', () => {
  it('are given at the rise, once, and a coupon that has run out stops no sale', async () => {
    const [anna, ben] = [await join(), await join()];
    await buy(anna, 10_000);
    await buy(anna, 500);
    expect(await held(anna)).toEqual(['silver-hello held', 'rare held']);
    await buy(ben, 10_000);
    expect(await held(ben)).toEqual(['silver-hello held']);
  });

  it('go with the return that withdraws the rise, and come again with the next one', async () => {
    const cora = await join();
    const first = await buy(cora, 12_000);
    const second = await buy(cora, 20_000);
    expect(await held(cora)).toEqual(['silver-hello held', 'gold-hello held']);
    await till.giveBack(second);
    expect(await held(cora)).toEqual(['silver-hello held', 'gold-hello void']);
    await till.giveBack(first);
    expect(await held(cora)).toEqual(['silver-hello void', 'gold-hello void']);
    await buy(cora, 12_000);
    expect(await held(cora)).toEqual(['silver-hello void', 'gold-hello void', 'silver-hello held']);
  });

  it('cannot be farmed by buying, using the coupon, returning and buying again', async () => {
    const dan = await join();
    const first = await buy(dan, 12_000);
    await sql`
      update coupon_claims set state = 'redeemed', redeemed_at = ${clock.now()}, redeem_key = 'x',
        redeemed_store_id = (select min(id) from stores), redeemed_receipt_no = 'X'
      where member_id = ${dan.memberId} and issue_key like 'tier:%'`.execute(db);
    await till.giveBack(first);
    await buy(dan, 12_000);
    expect(await held(dan)).toEqual(['silver-hello redeemed']);
  });

  it('are given once a month and once for the birthday, on whatever day it is looked at', async () => {
    const eve = await join();
    await sql`update members set birth_month = 2, birth_day = 29 where id = ${eve.memberId}`.execute(db);
    await buy(eve, 31_000);
    for (const on of ['2026-11-25', '2026-11-26', '2026-12-01', '2026-12-31']) await night(on);
    expect(await held(eve)).toEqual(['gold-hello held', 'gold-month held', 'gold-month held']);
    for (const on of ['2027-02-27', '2027-02-28', '2027-03-01']) await night(on);
    const said = await held(eve);
    expect(said.filter((each) => each.startsWith('gold-birthday'))).toHaveLength(1);
    await night('2028-02-28');
    expect((await held(eve)).filter((each) => each.startsWith('gold-birthday'))).toHaveLength(1);
    await Promise.all(['2028-02-29', '2028-02-29', '2028-03-03'].map(night));
    expect((await held(eve)).filter((each) => each.startsWith('gold-birthday'))).toHaveLength(2);
  });

  it('are proved: the audit finds one whose cause is gone, and one of somebody else', async () => {
    expect(tellFindings(await proveAll(db, tierProofs))).toContain('All is well');
    const undo = new Error('undo');
    for (const [planted, proof] of [
      ['delete from tier_gifts', 'tiers.gift_cause'],
      [
        `update coupon_claims set member_id = (select max(id) from members), seq = id + 500
         where issue_key like 'tier:rise:%'`,
        'tiers.gifts',
      ],
    ] as const)
      await db
        .transaction()
        .execute(async (tx) => {
          await sql`set local session_replication_role = 'replica'`.execute(tx);
          await sql.raw(planted).execute(tx);
          const { proved } = await proveWithin(tx, tierProofs);
          expect(proved.filter((each) => each.broken > 0).map((each) => each.name)).toContain(proof);
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
  });
});
