import { describe, expect, it } from 'vitest';
import { addMs } from '#foundation/clock.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { line, openStoryTill, type Slip, taipeiDay } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
const shopper = story.shopper('陳怡君');
const phone = '0912000001';
const member = { phone };
const held = async () => (await till.looksUp(member)).body;

describe('a member buys and returns', () => {
  it('earns points at once in a store, and hears of them with the next answer', async () => {
    await shopper.binds({ phone, birthday: '3/5' });
    const pushes = shopper.pushes().length;
    const bought = await till.buys(1280, { member });
    expect(bought.status).toBe(201);
    expect(bought.body).toMatchObject({
      memberNo: expect.any(String),
      points: { earned: 12, availableOn: '2026-11-21', balance: 12 },
    });
    expect(shopper.pushes()).toHaveLength(pushes);
    expect((await shopper.says('門市')).at(-1)).toBe('11 月 21 日在信義店消費 NT$1,280，累積 12 點。');
    expect((await shopper.says('門市')).join()).not.toContain('累積');
  });

  it('waits for the points of an online purchase until the return window is over', async () => {
    const bought = await till.buys(3600, { member, channel: 'online', storeCode: 'web' });
    expect(bought.body.points).toMatchObject({ earned: 36, availableOn: '2026-11-28', balance: 12 });
    const [balance, history, earned] = await shopper.says('點數');
    expect(balance).toContain('可用 12 點，可折 NT$12。');
    expect(balance).toContain('另有 36 點待入帳，退貨期過後，11 月 28 日（六）起可用。');
    expect(history).toContain('信義店消費 +12');
    expect(earned).toBe('11 月 21 日在網路商店消費 NT$3,600，36 點從 11 月 28 日（六）起可用。');
    const [why, slips] = await shopper.taps('為什麼是這個數字');
    expect(why).toBe('48 點是這樣來的：累積 48，其中 36 點還在待入帳。');
    expect(slips).toContain('網路商店消費');
    expect(slips).toContain(`單號 ${bought.slip.receiptNo} NT$3,600 +36 點`);
    await story.at('2026-11-27T15:59:00Z');
    expect((await held()).points).toEqual({ active: 12, pending: 36, debt: 0 });
    await story.at('2026-11-27T16:10:00Z');
    expect((await held()).points).toEqual({ active: 48, pending: 0, debt: 0 });
  });

  let paid: Slip;
  it('pays with points and a coupon in one purchase', async () => {
    const [coupon] = (await held()).coupons;
    const most = await till.buys(1000, { member, pointsPaid: 49 });
    expect(most.status).toBe(422);
    expect(most.body.error.fields).toMatchObject([{ path: 'pointsPaid', code: 'too_few_points' }]);
    const bought = await till.buys(1000, {
      member,
      pointsPaid: 20,
      claimIds: [coupon.claimId],
      lines: [line(1, 600), line(2, 400)],
    });
    expect(bought.status).toBe(201);
    expect(bought.body.points).toMatchObject({ earned: 9, balance: 37 });
    expect((await held()).coupons).toEqual([]);
    paid = bought.slip;
  });

  it('gets points back in proportion on a partial return, and everything as before on the whole one', async () => {
    const half = await till.returns(paid, { lines: [{ lineNo: 1, quantity: 1, amountTwd: 600 }] });
    expect(half.status).toBe(201);
    // Left is NT$400 less 8 points: 3 of the 9 stay, 12 of the 20 come back.
    expect(half.body).toMatchObject({ isFull: false, points: { takenBack: 6, paidBack: 12, balance: 43 } });
    expect((await held()).coupons).toEqual([]);
    const rest = await till.returns(paid);
    expect(rest.body).toMatchObject({ isFull: true, points: { takenBack: 3, paidBack: 8, balance: 48 } });
    expect((await held()).coupons).toMatchObject([{ couponKey: 'welcome' }]);
    expect((await held()).points).toEqual({ active: 48, pending: 0, debt: 0 });
    const again = await till.returns(paid);
    expect(again.body.error.fields).toMatchObject([{ path: 'receiptNo', code: 'all_returned' }]);
    expect(await shopper.says('點數')).toEqual(
      expect.arrayContaining([expect.stringContaining('可用 48 點，可折 NT$48。')]),
    );
  });

  it('answers the same receipt the same, and refuses it with other content', async () => {
    const { slip, body } = await till.buys(200, { member });
    expect(await story.call('POST', '/purchases', slip)).toEqual({ status: 200, body });
    const other = await story.call('POST', '/purchases', { ...slip, totalTwd: 100 });
    expect(other.status).toBe(409);
    expect(other.body.error.code).toBe('other_content');
    const returned = await till.returns(slip, { full: true, returnNo: 'SAME' });
    expect(returned.status).toBe(201);
    const repeated = await till.returns(slip, { full: true, returnNo: 'SAME' });
    expect(repeated).toEqual({ status: 200, body: returned.body });
    expect((await held()).points.active).toBe(48);
  });

  it('owes what was spent before it came back, and hears why', async () => {
    const { slip } = await till.buys(2000, { member });
    expect((await till.buys(500, { member, pointsPaid: 68 })).body.points.balance).toBe(4);
    const returned = await till.returns(slip);
    expect(returned.body.points).toMatchObject({ takenBack: 20, debt: 16, balance: 0 });
    expect((await shopper.says('點數'))[0]).toBe('先前的退貨要扣回 16 點，之後累積的點數會先補這一筆。');
    const [why] = await shopper.taps('為什麼是這個數字');
    expect(why).toMatch(/^還要扣回 16 點，是這樣來的：累積 \d+，用掉 68，退貨扣回 \d+。$/);
    const bought = await till.buys(3000, { member });
    expect(bought.body.points).toMatchObject({ earned: 30, balance: 14 });
    expect((await held()).points).toEqual({ active: 14, pending: 0, debt: 0 });
  });

  it('sells to nobody in particular, too', async () => {
    const bought = await till.buys(100, { member: null });
    expect(bought.body).toMatchObject({ memberNo: null, points: null });
    expect((await till.returns(bought.slip)).body).toMatchObject({ memberNo: null, points: null });
  });
});

describe('a member rises, and falls with the purchase that carried it', () => {
  const rising = story.shopper('林小安');
  const by = { phone: '0912000002' };
  let gold: Slip;

  it('is told with the next answer, and sees the way to the next tier', async () => {
    await rising.binds({ phone: by.phone, birthday: '3/5' });
    expect((await rising.says('會員卡'))[0]).toContain('再消費 NT$10,000 就升為銀卡（看最近 12 個月）');
    await till.buys(10_000, { member: by });
    const [card, ...along] = await rising.says('會員卡');
    expect(card).toContain('銀卡');
    expect(card).toContain('再消費 NT$20,000 就升為金卡（看最近 12 個月）');
    expect(along).toContain(
      '林小安，您升為銀卡會員了！🎉 到 2027 年 11 月 28 日（日）為止享有：生日禮和銀卡優惠券。',
    );
    expect(rising.menu()).toBe('member-card');
  });

  it('gets the menu of VIPs with the gold card', async () => {
    gold = (await till.buys(20_000, { member: by })).slip;
    expect(rising.menu()).toBe('vip-card');
    const [card, ...along] = await rising.says('會員卡');
    expect(card).toContain('金卡');
    expect(card).toContain('已經是最高等級，謝謝您常來');
    expect(along.join()).toContain('您升為金卡會員了！');
    expect((await till.looksUp(by)).body.tier).toMatchObject({
      key: 'gold',
      netTwd: 30_000,
      missingTwd: null,
    });
  });

  it('loses the gold card with the return, hears so in figures, and sees its menu go', async () => {
    await till.returns(gold);
    expect(rising.menu()).toBe('member-card');
    const answers = await rising.says('門市');
    expect(answers).toContain(
      '退貨後，最近 12 個月消費是 NT$10,000，等級調整為銀卡。再消費 NT$20,000 就回到金卡。',
    );
    expect((await till.looksUp(by)).body).toMatchObject({
      tier: { key: 'silver', netTwd: 10_000, missingTwd: 20_000 },
      points: { active: 100 },
    });
  });

  it('is told nothing of a rise that was gone before the next answer', async () => {
    const { slip } = await till.buys(20_000, { member: by });
    await till.returns(slip);
    const answers = (await rising.says('門市')).join();
    expect(answers).not.toContain('升為');
    expect(answers).not.toContain('累積');
  });

  it('is where it began when everything came back, whichever came back first', async () => {
    const other = { phone: '0912000003' };
    const slips = [];
    for (const total of [12_000, 20_000]) slips.push((await till.buys(total, { member: other })).slip);
    expect((await till.looksUp(other)).body.tier.key).toBe('gold');
    const after = [];
    for (const slip of slips) {
      await till.returns(slip);
      after.push((await till.looksUp(other)).body.tier.key);
    }
    expect(after).toEqual(['silver', 'general']);
  });

  it('explains the tiers', async () => {
    const answer = (await rising.postback('v1:go:tier')).join();
    for (const name of ['一般', '銀卡 · 目前等級', '金卡']) expect(answer).toContain(name);
  });
});

describe('a receipt around midnight', () => {
  it('takes the coupon that the till redeemed just before, and gives it back with the goods', async () => {
    const night = story.shopper('夜貓子');
    const member = { phone: '0912000009' };
    await night.binds({ ...member, birthday: '3/5' });
    const { memberNo, coupons } = (await till.looksUp(member)).body;
    const [{ claimId }] = coupons;
    const day = taipeiDay(addMs(story.clock.now(), 86_400_000).toISOString());
    await story.at(`${day}T15:59:00Z`);
    const use = { memberNo, claimId, storeCode: 'xinyi', receiptNo: 'N-1' };
    expect((await story.call('POST', '/coupon-redemptions', use)).status).toBe(201);
    await story.at(`${day}T16:01:00Z`);
    const bought = await till.buys(1200, { member, receiptNo: 'N-1', claimIds: [claimId] });
    expect(bought.status).toBe(201);
    const other = await till.buys(1200, { member, receiptNo: 'N-2', claimIds: [claimId] });
    expect(other.body.error.fields).toMatchObject([{ path: 'claimIds.0', code: 'already_redeemed' }]);
    expect((await till.returns(bought.slip)).body.claimIds).toEqual([claimId]);
  });
});
