import { claimCoupon } from '#features/coupons/claim-coupon.ts';
import { showCode } from '#features/coupons/codes/show-code.ts';
import { endDueClaims } from '#features/coupons/end-claims-job.ts';
import { redeemClaim } from '#features/coupons/redeem-claim.ts';
import { undoRedemption } from '#features/coupons/undo-redemption.ts';
import { voidClaim } from '#features/coupons/voiding/void-claim.ts';
import { memberBound } from '#features/members/members-facts.ts';
import { mergePersons } from '#features/members/merge-persons.ts';
import type { ActivityKind } from '#features/points/activities/activity-rules.ts';
import { earnByActivity } from '#features/points/activities/earn-by-activity.ts';
import { requestAdjustment } from '#features/points/adjustments/request-adjustment.ts';
import type { MemberDay } from '#features/points/earning/member-day-rules.ts';
import { openBalances } from '#features/points/open-balances.ts';
import { endDuePoints, releaseDuePoints } from '#features/points/points-job.ts';
import { type PointsPolicy, pointsPolicy } from '#features/points/points-rules.ts';
import { giveCode } from '#features/referrals/give-code.ts';
import { receiveCode } from '#features/referrals/receive-code.ts';
import { rewardKeptReferrals } from '#features/referrals/reward-kept-referrals-job.ts';
import { reviewDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { dateInZone, wireClock } from '#foundation/clock.ts';
import { recordFact, type Transact } from '#foundation/facts.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { reactions } from '../../src/reactions.ts';
import { makeCoupon, makeMember } from '../coupons/cast.ts';
import { hire } from '../staff/people.ts';
import type { TestDatabase } from '../support/database.ts';
import { openStore, tester, testSecrets } from '../support/shop.ts';
import { openTill } from '../support/till.ts';

const zone = 'Asia/Taipei';
const phoneOf = (n: number) => `09${String(n).padStart(8, '0')}`;

/** The brand said no, as its rules have it. */
export class Refused extends Error {}

function settled({ status, body }: { status: number; body: unknown }): void {
  if (status === 201) return;
  throw status >= 500 ? new Error(JSON.stringify(body)) : new Refused(JSON.stringify(body));
}

/** A store, a manager, eight people (the fifth is no member yet), and what happens at the till and by night. */
export async function openBrand(database: TestDatabase, of: { quota: number; perMember: number }) {
  const { db } = database;
  const till = await openTill(database, { reactions });
  const { transact, clock } = till;
  const store = await openStore(db);
  const manager = await hire(db, 'manager', { storeIds: [store.storeId] });
  const people = Array.from({ length: 8 }, (_, at) => at + 1);
  // One after another: what is planted later counts on neighbours' numbers.
  const memberIds: number[] = [];
  for (const n of people) memberIds.push(await makeMember(db, n, n === 5 ? { joinedAt: null } : {}));
  await publishBonuses(transact, clock.now());
  const gift = await makeCoupon(db, { key: 'anniversary', ...of });
  const at = () => ({ now: clock.now(), today: dateInZone(clock.now(), zone) });
  const lines = (totalTwd: number) => ({
    totalTwd,
    lines: [1, 2].map((lineNo) => ({
      lineNo,
      sku: `TEA-${lineNo}`,
      name: '高山茶',
      category: lineNo === 1 ? '茶葉' : '茶器',
      quantity: 1,
      unitPriceTwd: lineNo === 1 ? Math.ceil(totalTwd / 2) : Math.floor(totalTwd / 2),
      discountTwd: 0,
    })),
  });

  async function buy(n: number, totalTwd: number, over: object = {}) {
    const told = {
      ...lines(totalTwd),
      purchasedAt: clock.now().toISOString(),
      member: { phone: phoneOf(n) },
    };
    const bought = await till.buy({ ...told, ...over });
    settled(bought);
    return { receipt: bought.receipt, on: at().today };
  }
  async function giveBack(of: Awaited<ReturnType<typeof buy>>, over: object = { full: true }) {
    const returnedAt = clock.now().toISOString();
    const back = await till.giveBack(of.receipt, { purchasedOn: of.on, returnedAt, ...over });
    settled(back);
  }
  const half = (of: Awaited<ReturnType<typeof buy>>) => ({
    lines: [{ lineNo: 1, quantity: 1, amountTwd: Math.ceil((of.receipt.totalTwd as number) / 2) }],
  });
  async function claim(memberId: number) {
    const claimed = await transact((tx) =>
      claimCoupon(tx, {
        couponId: gift.couponId,
        memberId,
        wantedSeq: null,
        tierKey: 'general',
        ...at(),
        actor: tester,
        source: 'chat',
      }),
    );
    if (!claimed.ok) throw new Refused(claimed.reason);
    return claimed.claimId;
  }
  const cup = await makeCoupon(db, { key: 'cup', perMember: 10, pointsPrice: 25 });
  async function exchange(memberId: number) {
    const claimed = await transact((tx) =>
      claimCoupon(tx, {
        couponId: cup.couponId,
        memberId,
        wantedSeq: null,
        tierKey: 'general',
        ...at(),
        agreed: { points: 25, spending: 'free' },
        actor: tester,
        source: 'chat',
      }),
    );
    if (!claimed.ok) throw new Refused(claimed.reason);
    return claimed.claimId;
  }
  async function makeVoid(claimId: number) {
    const reason = 'the cup broke';
    const gone = await transact((tx) =>
      voidClaim(tx, { claimId, reason, now: clock.now(), actor: manager.actor, source: 'api' }),
    );
    if (!gone.ok) throw new Refused(gone.reason);
  }
  async function night(on: string) {
    clock.set(`${on}T01:00:00Z`);
    const job = { db, transact, ...at() };
    await releaseDuePoints(job);
    await endDuePoints(job);
    await endDueClaims(db, job.today);
    await reviewDueTiers(db, transact, job);
    await rewardKeptReferrals({ db, transact }, { now: job.now, zone });
  }
  /** Something done beside buying; beyond the caps it earns nothing. */
  async function act(memberId: number, kind: ActivityKind, sourceRef: string) {
    const told = { kind, sourceRef, occurredAt: clock.now(), store };
    const by = { memberId, now: clock.now(), actor: tester, source: 'api' };
    const done = await transact((tx) => earnByActivity(tx, told, by));
    if (!done.ok) throw new Refused(done.reason);
    return done.answer.points;
  }
  const adjust = (memberId: number, points: number) =>
    transact((tx) =>
      requestAdjustment(tx, {
        memberId,
        points,
        reason: 'lost receipt',
        storeId: store.storeId,
        staffId: manager.staffId,
        now: clock.now(),
        actor: manager.actor,
      }),
    );

  const merge = (fromId: number, intoId: number) => {
    const persons = { fromId, intoId, now: clock.now(), actor: tester, source: 'api' };
    return transact((tx) => mergePersons(tx, persons));
  };
  return {
    db,
    transact,
    clock,
    store,
    manager,
    memberIds,
    at,
    buy,
    giveBack,
    half,
    claim,
    exchange,
    makeVoid,
    night,
    adjust,
    act,
    merge,
  };
}

/** A member day for tea, tiers that earn more, and points for what is done beside buying. */
async function publishBonuses(transact: Transact, now: Date): Promise<void> {
  await transact(async (tx) => {
    const { version: _, ...points } = await readPolicy(tx, pointsPolicy, now);
    const { version: __, ...tiers } = await readPolicy(tx, tiersPolicy, now);
    if (tiers.mode !== 'threshold') throw new Error(tiers.mode);
    const teaDay: MemberDay = {
      key: 'tea-day',
      name: { 'zh-TW': '茶日', en: 'Tea day', ja: 'お茶の日' },
      when: { kind: 'month_days', monthDays: [1, 21] },
      storeCodes: ['xinyi'],
      categories: ['茶葉'],
      earnPercent: 200,
    };
    const activities: PointsPolicy['activities'] = {
      survey: { points: 20, perDay: null, perMonth: 40 },
      profile: { points: 30, perDay: 30, perMonth: 30 },
      review: { points: 5, perDay: 10, perMonth: null },
      visit: { points: 3, perDay: 3, perMonth: 9 },
    };
    const by = { effectiveFrom: now, now, actor: tester };
    await publishPolicy(tx, pointsPolicy, { data: { ...points, memberDays: [teaDay], activities }, ...by });
    const percents: Record<string, number> = { silver: 120, gold: 150 };
    const steps = tiers.tiers.map((tier) => ({ ...tier, earnPercent: percents[tier.key] ?? 100 }));
    await publishPolicy(tx, tiersPolicy, { data: { ...tiers, tiers: steps }, ...by });
  });
}

/**
 * A year and a half of a small brand, all through the real doors and use cases: purchases and returns with points
 * and coupons, tiers up, down and withdrawn, invitations, mergers, adjustments, and the jobs of the night.
 */
export async function playLivelyBrand(database: TestDatabase): Promise<void> {
  const brand = await openBrand(database, { quota: 4, perMember: 2 });
  const { transact, clock, store, manager, at, buy, giveBack, half, claim, night, adjust, act } = brand;
  const [anna, ben, cora, dan, eve, fay, gus, hal] = brand.memberIds as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  await transact((tx) =>
    openBalances(
      tx,
      [
        { memberId: anna, points: 300 },
        { memberId: ben, points: 80 },
        { memberId: hal, points: 25 },
      ],
      { now: clock.now(), actor: tester },
    ),
  );
  // Anna rises to silver, pays with points and a coupon, and brings half of it back.
  await buy(1, 12_000);
  const annasClaim = await claim(anna);
  const paid = await buy(1, 2_345, { pointsPaid: 333, claimIds: [String(annasClaim)] });
  await giveBack(paid, half(paid));
  // Ben's rise to gold goes with the return that carried it; what he has spent meanwhile he owes.
  await buy(2, 11_000);
  const gold = await buy(2, 25_000);
  await buy(2, 900, { pointsPaid: 400 });
  await giveBack(gold);
  await buy(2, 5_000);
  // She exchanges points for two cups, one of which the shop makes void.
  await brand.exchange(anna);
  await brand.makeVoid(await brand.exchange(anna));
  // Cora's coupon is in her hand again after a full return; another is used by itself and undone by the manager.
  const corasClaim = await claim(cora);
  await giveBack(await buy(3, 1_500, { claimIds: [String(corasClaim)] }));
  const alone = await claim(dan);
  const used = await transact((tx) =>
    redeemClaim(tx, {
      claimId: alone,
      memberId: dan,
      receipt: {
        store: { id: store.storeId, code: 'xinyi' },
        channel: 'store',
        receiptNo: 'ALONE-1',
        receiptOn: at().today,
        at: clock.now(),
        purchaseId: null,
        basket: null,
      },
      spending: 'free',
      now: clock.now(),
      actor: manager.actor,
      source: 'api',
    }),
  );
  if (!used.ok) throw new Error(used.reason);
  await transact((tx) =>
    undoRedemption(tx, {
      of: { redemptionId: used.redemptionId },
      reason: 'voided',
      ...at(),
      actor: manager.actor,
      source: 'api',
    }),
  );
  // Hal's coupon is used by the code that he shows at the counter.
  const halsClaim = await brand.exchange(hal);
  const shown = await transact((tx) => {
    const wireNow = wireClock.now();
    return showCode(tx, testSecrets, {
      claimId: halsClaim,
      memberId: hal,
      kind: null,
      today: at().today,
      wireNow,
    });
  });
  if (!shown.ok) throw new Error(shown.reason);
  await buy(8, 600, { couponCodes: [shown.code] });
  // Dan buys in the web shop: his points wait for the end of the return window, some come back before it.
  const online = await buy(4, 4_000, { channel: 'online' });
  await giveBack(online, half(online));
  await adjust(dan, 50);
  await adjust(dan, -20);
  // What is done beside buying earns up to its caps, and settles what Ben owes.
  for (const kind of ['profile', 'review', 'visit'] as const) await act(dan, kind, 'D-1');
  await act(dan, 'review', 'D-2');
  if ((await act(dan, 'review', 'D-3')).reason !== 'cap_reached') throw new Error('a cap did not hold');
  await act(ben, 'survey', 'B-1');
  // Dan invites Eve, who binds, buys, returns, and buys again.
  const code = await transact((tx) => giveCode(tx, { memberId: dan, now: clock.now() }));
  const who = { actor: tester, source: 'chat' };
  await transact((tx) => receiveCode(tx, { code, memberId: eve, joinedAt: null, now: clock.now(), ...who }));
  await transact(async (tx) => {
    await tx.updateTable('members').set({ joined_at: clock.now() }).where('id', '=', eve).execute();
    const occurredAt = clock.now();
    await recordFact(tx, memberBound, {
      memberId: eve,
      occurredAt,
      dedupeKey: 'eve',
      ...who,
      data: { isNew: true },
    });
  });
  await giveBack(await buy(5, 700));
  await buy(5, 800);
  await night('2026-11-29');
  // Fay and Gus turn out to be one: points, debt, tiers, coupons, receipts.
  await buy(6, 15_000);
  const gusBuys = await buy(7, 3_000);
  await buy(7, 3_100, { pointsPaid: 20 });
  await giveBack(gusBuys);
  await claim(fay);
  await brand.merge(gus, fay);
  await buy(6, 400);
  await buy(8, 31_000);
  await night('2026-12-31');
  // A year on, tiers fall at their review and last year's points end; Hal has bought enough to stay.
  await night('2027-11-01');
  await buy(8, 32_000);
  await night('2027-12-01');
  await night('2028-01-01');
  const late = await buy(8, 2_000, { pointsPaid: 100 });
  await giveBack(late, half(late));
  await adjust(hal, 10);
  await buy(1, 600);
}
