import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { raiseTier } from '#features/tiers/raise-tier.ts';
import { announceReviews } from '#features/tiers/review/announce-reviews-job.ts';
import { tierReviewKind } from '#features/tiers/review/review-notice-messages.ts';
import { reviewDueTiers } from '#features/tiers/review/review-tiers-job.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { createTransact } from '#foundation/facts.ts';
import type { Locale } from '#foundation/i18n.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { lineUser, makeMember } from '../coupons/cast.ts';
import { openTestDatabase } from '../support/database.ts';
import { insertPurchaseRow, openStore, tester } from '../support/shop.ts';
import { makeHouse } from '../support/turn.ts';

const { db } = await openTestDatabase();
const transact = createTransact(db, []);
const store = await openStore(db);
const house = await makeHouse(db);
const zone = 'Asia/Taipei';
const day = (on: string, time = '10:00') => new Date(`${on}T${time}:00+08:00`);
let people = 100;

/** A silver member since 2026-11-21, whose review is on 2027-11-21. */
async function silver() {
  const n = ++people;
  const memberId = await makeMember(db, n);
  await buy(memberId, 12_000, '2026-11-21');
  return { n, memberId, lineUserId: lineUser(n) };
}
async function buy(memberId: number, totalTwd: number, on: string) {
  const purchaseId = await insertPurchaseRow(db, {
    storeId: store.storeId,
    memberId,
    totalTwd,
    at: new Date(`${on}T04:00:00Z`),
  });
  await transact((tx) =>
    raiseTier(tx, { memberId, purchaseId, now: new Date(`${on}T04:00:00Z`), actor: tester, source: 'test' }),
  );
  return purchaseId;
}
const announce = (on: string, time?: string) =>
  announceReviews({ db, transact }, { now: day(on, time), zone });
const planned = async (lineUserId: string) => {
  const rows = await sql<{ id: number; state: string; data: { daysBefore: number }; dueAt: Date }>`
    select id, state, data, due_at as "dueAt" from outbox_published_messages
    where kind = 'tier_review' and line_user_id = ${lineUserId} order by id`.execute(db);
  return rows.rows;
};
const leased = (
  of: { memberId: number; lineUserId: string },
  data: unknown,
  on: string,
  locale: Locale = 'zh-TW',
) => ({
  lineUserId: of.lineUserId,
  memberId: of.memberId,
  locale,
  displayName: null,
  data: tierReviewKind.schema.parse(data),
  now: day(on),
  house,
});
const stillDue = (of: { memberId: number; lineUserId: string }, data: unknown, on: string) =>
  transact((tx) => tierReviewKind.stillDue(tx, leased(of, data, on)));
const steps = async (of: { lineUserId: string }) =>
  (await planned(of.lineUserId)).map((row) => row.data.daysBefore);

describe('a review that takes a tier', () => {
  it('is announced 60, 30 and 7 days before, each once however often the job runs', async () => {
    const anna = await silver();
    await announce('2027-09-21');
    expect(await steps(anna)).toEqual([]);
    for (const on of [
      '2027-09-22',
      '2027-09-22',
      '2027-09-23',
      '2027-10-22',
      '2027-10-22',
      '2027-11-14',
      '2027-11-20',
    ])
      await announce(on);
    expect(await steps(anna)).toEqual([60, 30, 7]);
    await announce('2027-11-21');
    expect(await steps(anna)).toEqual([60, 30, 7]);
  });

  it('is announced by the nearest step alone after days without a run', async () => {
    const ben = await silver();
    await announce('2027-10-30');
    expect(await steps(ben)).toEqual([30]);
    await announce('2027-11-18');
    expect(await steps(ben)).toEqual([30, 7]);
  });

  it('is announced once when the job runs in many processes at a time', async () => {
    const cora = await silver();
    await Promise.all(Array.from({ length: 6 }, () => announce('2027-09-22')));
    expect(await steps(cora)).toEqual([60]);
  });

  it('says the day, what counts by then and what is missing, in three languages', async () => {
    const dan = await silver();
    await buy(dan.memberId, 7_700, '2027-03-01');
    await announce('2027-09-22');
    const [row] = await planned(dan.lineUserId);
    const said = async (locale: Locale) =>
      JSON.stringify(
        await transact((tx) => tierReviewKind.render(tx, leased(dan, row?.data, '2027-09-22', locale))),
      );
    expect(await said('zh-TW')).toContain(
      '會員等級在 11 月 21 日（日）重新計算。到那天為止，最近 12 個月消費 NT$7,700，再消費 NT$2,300 就能續留銀卡。',
    );
    expect(await said('en')).toContain('NT$2,300 more and you stay Silver.');
    expect(await said('ja')).toContain('あとNT$2,300でシルバーが続きます。');
  });

  it('is not announced to somebody who keeps the tier, nor sent once it is kept meanwhile', async () => {
    const [keeps, turns] = [await silver(), await silver()];
    await buy(keeps.memberId, 10_000, '2027-02-01');
    await announce('2027-09-22');
    expect(await steps(keeps)).toEqual([]);
    const [row] = await planned(turns.lineUserId);
    expect(await stillDue(turns, row?.data, '2027-09-22')).toBeNull();
    await buy(turns.memberId, 10_000, '2027-09-22');
    expect(await stillDue(turns, row?.data, '2027-09-22')).toBe('kept_meanwhile');
  });

  it('is never announced twice at once: an earlier step that has not left gives way', async () => {
    const eve = await silver();
    await announce('2027-09-22');
    const [row] = await planned(eve.lineUserId);
    expect(await stillDue(eve, row?.data, '2027-10-22')).toBe('later_notice_due');
    expect(await stillDue(eve, row?.data, '2027-11-21')).toBe('review_passed');
  });

  it('is no news after the review, and the next year has notices of its own', async () => {
    const fay = await silver();
    await buy(fay.memberId, 31_000, '2026-11-22');
    await buy(fay.memberId, 10_000, '2027-06-01');
    await announce('2027-11-15');
    const [row] = await planned(fay.lineUserId);
    await reviewDueTiers(db, transact, { today: '2027-11-22', now: day('2027-11-22') });
    expect(await stillDue(fay, row?.data, '2027-11-22')).toBe('tier_changed');
    await announce('2028-11-16');
    expect(await steps(fay)).toEqual([7, 7]);
  });

  it('waits for the end of the quiet hours', async () => {
    const gus = await silver();
    await announce('2027-10-01', '23:30');
    const [row] = await planned(gus.lineUserId);
    expect(row?.dueAt).toEqual(day('2027-10-02', '09:00'));
  });

  it('is measured by the rules that are already published for its day', async () => {
    const hal = await silver();
    await buy(hal.memberId, 8_000, '2027-05-01');
    const policy = await readPolicy(db, tiersPolicy, day('2027-09-20'));
    if (policy.mode !== 'threshold') throw new Error(policy.mode);
    const milder = policy.tiers.map((tier) => (tier.key === 'silver' ? { ...tier, keepTwd: 8_000 } : tier));
    const { version: _, ...rules } = policy;
    const publish = { data: { ...rules, tiers: milder }, now: day('2027-09-20'), actor: tester };
    await transact((tx) => publishPolicy(tx, tiersPolicy, { ...publish, effectiveFrom: day('2027-11-01') }));
    await announce('2027-09-22');
    expect(await steps(hal)).toEqual([]);
  });
});
