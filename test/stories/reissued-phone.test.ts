import { describe, expect, it } from 'vitest';
import { readOpenTasks } from '#features/tasks/task-reads.ts';
import { openTestDatabase } from '../support/database.ts';
import { openStory } from '../support/story.ts';
import { openStoryTill } from '../support/story-till.ts';

const story = await openStory(await openTestDatabase());
const till = await openStoryTill(story);
const openKinds = async () => (await readOpenTasks(story.app.db, 50)).map(({ kind }) => kind);

describe('a phone that the till knows', () => {
  it('binds to that member and brings the points along', async () => {
    const phone = '0911000001';
    const bought = await till.buys(1280, { member: { phone } });
    expect(bought.body).toMatchObject({
      memberNo: expect.stringMatching(/^\d{10}$/),
      points: { earned: 12 },
    });
    const shopper = story.shopper('陳怡君');
    expect(await shopper.binds({ phone, birthday: '3/5' })).toEqual([
      '綁定完成！以前的消費紀錄也併進來了，現在有 12 點。見面禮新會員折 NT$100 已放進「我的優惠券」，可用到 2027 年 1 月 20 日（三）。',
    ]);
    expect((await shopper.says('點數'))[0]).toBe(
      '可用 12 點，可折 NT$12。\n其中 12 點的期限到 2027 年 12 月 31 日（五）。',
    );
    const found = await till.looksUp({ phone });
    expect(found.body).toMatchObject({ memberNo: bought.body.memberNo, isBound: true });
  });

  it('binds again after unbinding, if the birthday is the same', async () => {
    const shopper = story.shopper('陳怡君的新手機');
    expect(await shopper.binds({ phone: '0911000001', birthday: '3/5' })).toEqual([
      '這支手機的會員卡綁在另一個 LINE。要改綁到這裡嗎？原本的 LINE 會收到通知，點數和優惠券 24 小時後才能使用。',
    ]);
    expect((await shopper.taps('維持原樣'))[0]).toContain('好的，先不綁定');
    expect((await shopper.says('點數'))[0]).toBe('先綁定會員就看得到了，大約 1 分鐘。');
  });
});

describe('a card that moves to another LINE account', () => {
  const phone = '0911000002';
  const old = story.shopper('林舊');
  const fresh = story.shopper('林新');
  let memberNo = '';

  it('asks first, then tells the old account and the phone', async () => {
    await till.buys(5000, { member: { phone } });
    await old.binds({ phone, birthday: '1988/4/1' });
    expect((await fresh.binds({ phone, birthday: '4/1' }))[0]).toContain('要改綁到這裡嗎？');
    old.look();
    expect(await fresh.taps('改綁到這裡')).toEqual([
      '改綁完成。消費照常累積，點數和優惠券從明天 14:00 起可以使用。',
    ]);
    expect(old.answers()).toEqual([
      '您的會員卡剛改綁到另一個 LINE。不是您本人嗎？請在明天 14:00 以前點「不是我」，我們會先鎖住點數和優惠券。',
    ]);
    expect(story.lastSms()).toMatchObject({ to: '+886911000002' });
    expect(story.lastSms()?.text).toContain('會員卡已改綁到另一個 LINE');
    expect([old.menu(), fresh.menu()]).toEqual(['guest', 'member-card']);
    expect((await fresh.says('點數'))[0]).toContain('可用 50 點，可折 NT$50。');
  });

  it('holds spending for 24 hours, at the till and in the chat, while points are earned', async () => {
    const found = await till.looksUp({ phone });
    memberNo = found.body.memberNo;
    expect(found.body.spending).toBe('held');
    const paid = await till.buys(500, { member: { memberNo }, pointsPaid: 10 });
    expect(paid.status).toBe(422);
    expect(paid.body.error.fields).toMatchObject([{ path: 'pointsPaid', code: 'spending_held' }]);
    const claimIds = [found.body.coupons[0].claimId];
    const redeemed = await till.buys(800, { member: { memberNo }, claimIds });
    expect(redeemed.body.error.fields).toMatchObject([{ path: 'claimIds.0', code: 'spending_held' }]);
    const single = { memberNo, claimId: claimIds[0], storeCode: 'xinyi', receiptNo: 'X-1' };
    expect((await story.call('POST', '/coupon-redemptions', single)).status).toBe(409);
    expect((await till.buys(500, { member: { memberNo } })).body.points.earned).toBe(5);
    expect((await fresh.says('會員碼'))[0]).toBe('改綁後的 24 小時保護還沒結束，明天 14:00 起可以使用。');
  });

  it('frees spending when the 24 hours are over', async () => {
    await story.at('2026-11-22T06:00:00Z');
    expect((await till.looksUp({ phone })).body.spending).toBe('free');
    expect((await till.buys(500, { member: { memberNo }, pointsPaid: 10 })).status).toBe(201);
    expect((await old.taps('不是我'))[0]).toBe('24 小時的保護已經結束。有問題請輸入「真人」，請專人協助。');
  });
});

describe('a card that was moved behind its holder', () => {
  it('is locked by 不是我 until the staff has spoken with them', async () => {
    const phone = '0911000003';
    const holder = story.shopper('王本人');
    const thief = story.shopper('王冒名');
    await till.buys(2000, { member: { phone } });
    await holder.binds({ phone, birthday: '5/5' });
    await thief.binds({ phone, birthday: '5/5' });
    await thief.taps('改綁到這裡');
    expect(await holder.taps('不是我')).toEqual(['已經鎖住點數和優惠券，專人會在這裡和您確認。']);
    expect(await openKinds()).toContain('spending_locked');
    await story.at('2026-11-23T08:00:00Z');
    const { memberNo, spending } = (await till.looksUp({ phone })).body;
    expect(spending).toBe('locked');
    const paid = await till.buys(500, { member: { memberNo }, pointsPaid: 10 });
    expect(paid.body.error.fields).toMatchObject([{ path: 'pointsPaid', code: 'spending_locked' }]);
    expect((await thief.says('會員碼'))[0]).toContain('點數和優惠券目前鎖住了');
  });
});

describe('a number that was given to somebody else', () => {
  const phone = '0911000004';
  const earlier = story.shopper('前主人');

  it('makes a new member when the birthday is another, worded like any new member', async () => {
    await till.buys(3000, { member: { phone } });
    await earlier.binds({ phone, birthday: '6/6' });
    const { memberNo } = (await till.looksUp({ phone })).body;
    // Numbers rest for months before they are given out again.
    await story.at('2028-01-10T06:00:00Z');
    const stranger = story.shopper('新主人');
    const answer = await stranger.binds({ phone, birthday: '7/7' });
    const newcomer = await story.shopper('全新的人').binds({ phone: '0911000005', birthday: '7/7' });
    expect(answer).toEqual(newcomer);
    expect(answer[0]).toMatch(/^綁定完成！見面禮新會員折 NT\$100 已放進/);
    expect((await stranger.says('點數'))[0]).toContain('目前還沒有點數。');

    const now = (await till.looksUp({ phone })).body;
    expect(now.memberNo).not.toBe(memberNo);
    expect(now.points.active).toBe(0);
    expect((await till.looksUp({ memberNo })).body.isBound).toBe(true);
    expect((await earlier.says('會員卡'))[0]).toContain(`末四碼 ${memberNo.slice(-4)}`);
  });

  it('puts a comparison on the staff list, and 找回點數 another', async () => {
    expect(await openKinds()).toContain('binding_mismatch');
    const stranger = story.shopper('找點數的人');
    await stranger.binds({ phone: '0911000006', birthday: '8/8' });
    expect(await stranger.taps('找回點數')).toEqual(['已請店員核對，3 個工作天內在這裡回覆。']);
    expect(await openKinds()).toContain('find_points');
  });
});
