import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBrowser, keepScreenshot, openBrowser, openPage } from '../support/browser.ts';
import { type Player, playOn } from './demo-page.ts';
import { type DemoProcess, demoHome, refuseDemo, startDemo } from './demo-process.ts';

/** The demo's own tills know this number, with points from before. */
const knownPhone = '0912345678';

describeBrowser('a newcomer who plays the demo', () => {
  const home = demoHome();
  let demo: DemoProcess;
  let browser: Browser;
  let player: Player;
  let complaints: string[];

  const openDemo = async () => {
    const opened = await openPage(browser, 1280, 900);
    complaints = opened.complaints;
    player = playOn(opened.page);
    await opened.page.goto(demo.url);
    await opened.page.getByRole('heading', { name: '小收銀機' }).waitFor();
  };

  const shopDay = async () => {
    const clock = player.page.getByRole('region', { name: '店裡的時間' }).locator('.clock-now');
    return (await clock.textContent())?.split('（')[0];
  };

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(home.directory), openBrowser()]);
    await openDemo();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.end('SIGINT');
    await home.remove();
  });

  it('is welcomed with three bubbles, the gift before anything is asked for', async () => {
    await player.addsTheAccount();
    await player.hears('這裡由小幫手自動回覆');
    expect(await player.answers().count()).toBe(3);
    expect(await player.answers().first().textContent()).toContain('陳怡君，您好，歡迎來到日日好茶！');
    expect(await player.answers().first().textContent()).toContain('見面禮已經幫您留好');
    await player.page.getByRole('button', { name: '綁定會員，領見面禮' }).waitFor();
    await keepScreenshot(player.page, 'demo-welcome');
  });

  it('binds with the code of the SMS, and finds the points that the till knew', async () => {
    await player.binds(knownPhone, '2/29');
    expect(await player.hears('綁定完成')).toMatch(/現在有 50 點。見面禮.+已放進「我的優惠券」/);
    await player.page.getByRole('button', { name: /^會員選單/ }).waitFor();
    expect(await player.asks('會員卡', '末四碼')).toMatch(/陳怡君[\s\S]*50[\s\S]*就升為銀卡/);
    await keepScreenshot(player.page, 'demo-member-card');
  });

  it('claims a coupon once, however often its button is tapped', async () => {
    await player.asks('優惠券', '滿千折百');
    const ticket = player.chat.locator('.flex-bubble').filter({ hasText: '領取後' }).first();
    for (let tap = 0; tap < 3; tap++) await ticket.getByRole('button', { name: '領取' }).click();
    await player.hears('每人限領 1 張');
    expect(await player.answers().filter({ hasText: '領到了！' }).count()).toBe(1);
    await keepScreenshot(player.page, 'demo-claimed');
  });

  it('shows the member code to the till and pays with coupon and points', async () => {
    const { page, till } = player;
    await player.asks('會員碼', '打開會員碼');
    await player.chat.getByText('打開會員碼').last().click();
    await page.frameLocator('iframe').getByText('請店員掃描').waitFor();
    await till.getByRole('button', { name: '掃描手機' }).click();
    await till.getByRole('listitem').filter({ hasText: '滿千折百' }).getByLabel('這次結帳使用').check();
    await till.getByLabel('折抵點數').fill('20');
    await till.getByText('NT$1,180', { exact: true }).waitFor();
    await keepScreenshot(page, 'demo-till');
    await till.getByRole('button', { name: '結帳' }).click();
    await till.getByText(/完成。獲得 23 點.+（茶葉週 2 倍）/).waitFor();
    await page.getByRole('button', { name: '關閉' }).click();
    expect(await player.asks('點數', '可用 53 點，可折 NT$53。')).toContain('為什麼是這個數字');
    await player.hears(/在.+店消費 NT\$1,180，累積 23 點（茶葉週 2 倍）/);
    await player.taps('為什麼是這個數字');
    await player.hears(/53 點是這樣來的：累積 73，用掉 20。\s*累積裡有 12 點是加成：茶葉週 2 倍。/);
  });

  it('gets points and coupon back with the goods', async () => {
    await player.till.getByRole('button', { name: '全部退貨' }).click();
    await player.till.getByText(/^已退貨：/).waitFor();
    await player.asks('點數', '可用 50 點，可折 NT$50。');
    expect(await player.asks('我的優惠券', '滿千折百')).toContain('滿 NT$1,000');
    await keepScreenshot(player.page, 'demo-returned');
  });

  it('says how much to hear, and is heard: less, stop, resume, a person', async () => {
    await player.asks('少一點', '改成兩週最多一則');
    await player.asks('停止', '已經停止，排好的優惠訊息也取消了');
    await player.asks('恢復', '已經恢復');
    await player.asks('真人', /已經通知客服|客服時間是/);
    const before = await player.answers().count();
    await player.says('你們有賣茶壺嗎');
    await player.asks('門市', '3 家門市都在這裡。');
    expect(await player.answers().count()).toBe(before + 2);
    await keepScreenshot(player.page, 'demo-stores');
  });

  it('answers once to an event that comes twice, and late while LINE refuses', async () => {
    await player.setsFault(/重複的 webhook/, true);
    const before = await player.answers().count();
    await player.asks('退換貨', '7 天內可以退換');
    await player.setsFault(/重複的 webhook/, false);
    await player.setsFault(/429/, true);
    await player.says('說明');
    await player.page.getByRole('listitem').filter({ hasText: '429 被拒' }).first().waitFor();
    await keepScreenshot(player.page, 'demo-429');
    await player.setsFault(/429/, false);
    await player.hears('點選單，或直接輸入');
    expect(await player.answers().count()).toBe(before + 2);
  });

  it('delivers once although LINE accepts and says nothing', async () => {
    await player.setsFault(/收下後不回應/, true);
    const before = await player.answers().count();
    await player.asks('會員卡', '末四碼');
    await player.setsFault(/收下後不回應/, false);
    await player.asks('點數', '可用 50 點');
    expect(await player.answers().filter({ hasText: '末四碼' }).count()).toBe(2);
    expect(await player.answers().count()).toBe(before + 3);
  });

  it('hears nothing while it blocks, is greeted when it comes back, and can take words back', async () => {
    await player.page.getByRole('button', { name: '封鎖', exact: true }).click();
    await player.page.getByText('已封鎖「日日好茶」').waitFor();
    await player.page.getByRole('button', { name: '解除封鎖' }).click();
    await player.hears('歡迎回來！會員資料都還在');
    await player.says('我住在公益路');
    await player.chat.getByRole('button', { name: '收回' }).last().click();
    await player.chat.getByText('已收回訊息').waitFor();
    expect(await player.chat.getByText('我住在公益路').count()).toBe(0);
  });

  it('brings a friend, who binds in English and buys', async () => {
    const { page, till } = player;
    await player.asks('邀請好友', '邀請好友，兩人都有禮');
    await player.chat.getByText('轉傳給朋友').last().click();
    await page
      .getByRole('button', { name: /Emma Wilson/ })
      .last()
      .click();
    await player.addsTheAccount();
    await page.getByRole('button', { name: '傳送' }).click();
    await player.hears('Got the invite code!');
    await player.binds('0955111222', '4/1', 'en');
    expect(await player.hears("You're in!")).toContain('NT$100 off for new members');
    await player.asks('card', 'NT$10,000 more and you are Silver');
    await keepScreenshot(page, 'demo-english');
    await till.getByLabel('會員', { exact: true }).selectOption('phone');
    await till.getByLabel('手機號碼').fill('0955111222');
    await till.getByRole('button', { name: '結帳' }).click();
    await till.getByText(/完成。獲得 25 點/).waitFor();
  });

  it('lets the clock run to the next morning, and three hear of it, each in their language', async () => {
    await player.moves('下一個 09:00');
    await player.plays('林志豪');
    expect(await player.hears('生日快樂')).toContain('不想收優惠訊息請輸入「停止」');
    await keepScreenshot(player.page, 'demo-birthday');
    await player.plays('王淑芬');
    expect(await player.hears('還有 7 天')).toMatch(/王淑芬，「.+」還有 7 天，可用到/);
    await player.plays('佐藤美咲');
    expect(await player.hears('お久しぶりです')).toContain('いつもの茶葉に');
    await keepScreenshot(player.page, 'demo-win-back');
  });

  it('rewards both friends seven days after the first purchase', async () => {
    await player.moves('加 7 天');
    await player.plays('陳怡君');
    await player.hears('朋友的第一次消費確認了，NT$100 好友折價券已經放進「我的優惠券」');
    await player.plays('Emma Wilson');
    await player.hears('Your first purchase has been kept for 7 days');
    await keepScreenshot(player.page, 'demo-rewarded');
    expect(complaints).toEqual([]);
  });

  it('starts again after kill -9, its database left running, chats and clock kept', {
    timeout: 180_000,
  }, async () => {
    const day = await shopDay();
    await player.page.context().close();
    await demo.end('SIGKILL');
    demo = await startDemo(home.directory);
    await openDemo();
    await player.hears('陳怡君，您好，歡迎來到日日好茶！');
    await player.asks('點數', '可用 50 點');
    expect(await shopDay()).toBe(day);
  });

  it('refuses to run twice from one folder', async () => {
    expect(await refuseDemo({ SHUKE_DEMO_HOME: home.directory })).toEqual({
      code: 1,
      said: expect.stringMatching(/^The demo is already running here \(process \d+\)\. Open its page/),
    });
  });

  it('plays on a phone, too', async () => {
    const { page } = await openPage(browser, 390, 844);
    await page.goto(demo.url);
    const onPhone = playOn(page);
    expect(await onPhone.asks('會員卡', '末四碼')).toContain('陳怡君');
    await keepScreenshot(page, 'demo-390');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
