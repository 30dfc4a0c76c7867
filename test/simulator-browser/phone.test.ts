import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  describeBrowser,
  keepScreenshot,
  type OpenedPage,
  openBrowser,
  openPage,
} from '../support/browser.ts';
import { type SimulatorStage, startStage } from './stage.ts';

describeBrowser('the phone of the simulator', () => {
  let stage: SimulatorStage;
  let browser: Browser;
  let opened: OpenedPage;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  beforeEach(async () => {
    stage = await startStage();
    opened = await openPage(browser, 1280, 860);
    page = opened.page;
    await page.goto(stage.url);
  });
  afterEach(async () => {
    await page.context().close();
    await stage.close();
    expect(opened.complaints).toEqual([]);
  });
  afterAll(() => browser.close());

  const chat = () => page.getByRole('log');
  const input = () => page.getByLabel('輸入訊息');
  const follow = async () => {
    await page.getByRole('button', { name: '加入好友' }).click();
    await chat().getByText('輸入「會員卡」看點數').waitFor();
  };
  const say = async (words: string) => {
    await input().fill(words);
    await page.getByRole('button', { name: '傳送' }).click();
  };
  const postbacks = () =>
    stage.events.flatMap((event) => (event.type === 'postback' ? [event.postback] : []));

  it('adds the account and shows the greeting with its quick replies until one is tapped', async () => {
    await follow();
    expect(stage.events.map((event) => event.type)).toEqual(['follow']);
    const replies = page.getByRole('group', { name: '快速回覆' });
    await replies.getByRole('button', { name: '會員卡' }).click();
    await replies.waitFor({ state: 'detached' });
    await chat().getByText('可用點數').waitFor();
  });

  it('draws cards at their size and sends what their buttons hold', async () => {
    await follow();
    await say('會員卡');
    const button = chat().getByRole('button', { name: '點數明細' });
    await button.waitFor();
    expect((await chat().locator('.flex-bubble').boundingBox())?.width).toBe(300);
    await page.getByRole('button', { name: /收起選單/ }).click();
    await keepScreenshot(page, 'phone-member-card');
    await button.click();
    await expect.poll(postbacks).toEqual([{ data: 'go:點數明細' }]);
    await chat().getByText('點數明細', { exact: true }).last().waitFor();
    await say('優惠券');
    await chat().getByText('還有 7 天').waitFor();
    expect(await chat().locator('.flex-bubble').count()).toBe(4);
    await keepScreenshot(page, 'phone-coupons');
    await say('點數');
    await chat().getByText('退貨扣回').waitFor();
    await keepScreenshot(page, 'phone-points');
  });

  it('opens and closes the rich menu, changes its tab and taps its areas', async () => {
    await follow();
    const area = (name: string) => page.locator('.rich-menu').getByRole('button', { name, exact: true });
    await area('服務').click();
    await area('退換貨').waitFor();
    await area('會員').click();
    await area('邀請好友').waitFor();
    await keepScreenshot(page, 'phone-rich-menu');
    await area('點數').click();
    await expect
      .poll(() => postbacks().map(({ data }) => data))
      .toEqual(['v1:menu:tab?to=shuke-member-service', 'v1:menu:tab?to=shuke-member-card', 'v1:go:points']);
    await page.getByRole('button', { name: /收起選單/ }).click();
    await area('點數').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /開啟選單/ }).click();
    await area('點數').waitFor();
  });

  it('offers a date within its bounds and posts the picked one', async () => {
    await follow();
    await page.getByRole('button', { name: '選生日' }).click();
    const dialog = page.getByRole('dialog');
    const date = dialog.getByLabel('選生日');
    expect(await date.inputValue()).toBe('1990-01-01');
    expect(await date.getAttribute('max')).toBe('2026-11-22');
    await date.fill('1988-02-29');
    await keepScreenshot(page, 'phone-date');
    await dialog.getByRole('button', { name: '確定' }).click();
    await expect.poll(postbacks).toEqual([{ data: 'birthday', params: { date: '1988-02-29' } }]);
  });

  it('closes a sheet by Escape and gives the focus back', async () => {
    await follow();
    const opener = page.getByRole('button', { name: '選生日' });
    await opener.click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe('選生日');
  });

  it('shows a text message and fills its code in', async () => {
    await follow();
    await say('０９１２ ３４５ ６７８');
    stage.platform.sms.deliver({ to: '+886912345678', text: '【島嶼選品】驗證碼 482913，5 分鐘內有效。' });
    await page.getByText('驗證碼 482913').waitFor();
    await keepScreenshot(page, 'phone-sms');
    const notice = await page.locator('.sms').boundingBox();
    const list = await chat().boundingBox();
    expect((notice?.y ?? 0) + (notice?.height ?? 0)).toBeLessThanOrEqual(list?.y ?? 0);
    await page.getByRole('button', { name: '填入 482913' }).click();
    expect(await input().inputValue()).toBe('482913');
  });

  it('shows a text message on the phone of whoever gave that number, until its code was typed', async () => {
    await follow();
    await say('0912345678');
    const text = '【島嶼選品】驗證碼 482913，5 分鐘內有效。';
    stage.platform.sms.deliver({ to: '+886987654321', text });
    stage.platform.sms.deliver({ to: '+886912345678', text: text.replace('482913', '551234') });
    stage.platform.sms.deliver({ to: '+886987654321', text });
    await page.getByText('驗證碼 551234').waitFor();
    expect(await page.getByText('驗證碼 482913').count()).toBe(0);
    await say('551234');
    await page.getByText('驗證碼 551234').waitFor({ state: 'detached' });
    await page.reload();
    await chat().getByText('551234').first().waitFor();
    expect(await page.locator('.sms').count()).toBe(0);
  });

  it('forwards a shared text into the input of another shopper', async () => {
    await follow();
    await say('邀請好友');
    await chat().getByRole('link', { name: '轉傳給朋友' }).click();
    await keepScreenshot(page, 'phone-forward');
    await page.getByRole('dialog').getByRole('button', { name: '林志豪' }).click();
    await page.getByRole('button', { name: '加入好友' }).click();
    expect(await input().inputValue()).toBe('送您 100 點見面禮，加入時輸入 K7M2XQ9A');
  });

  it('opens a page of the brand inside the phone, and its link leads back into the chat', async () => {
    await follow();
    await say('出示會員碼');
    await chat()
      .getByRole('link', { name: /member-code/ })
      .click();
    const sheet = page.frameLocator('iframe');
    await sheet.getByText('CODE-42').waitFor();
    await sheet.getByRole('link', { name: '回到聊天' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await input().inputValue()).toBe('會員卡');
  });

  it('takes a line back, sends a sticker, blocks and unblocks', async () => {
    await follow();
    await say('打錯了');
    const own = chat().getByText('打錯了');
    await own.hover();
    await page.getByRole('button', { name: '收回' }).click();
    await chat().getByText('已收回訊息').waitFor();
    await page.getByRole('button', { name: '貼圖' }).click();
    await chat().getByText('［貼圖］').waitFor();
    await page.getByRole('button', { name: '封鎖' }).click();
    await page.getByText('已封鎖「島嶼選品」').waitFor();
    await page.getByRole('button', { name: '解除封鎖' }).click();
    await input().waitFor();
    expect(stage.events.map((event) => event.type)).toEqual([
      'follow',
      'message',
      'unsend',
      'message',
      'unfollow',
      'follow',
    ]);
  });

  it('says when the simulator refuses what was typed, and keeps the text', async () => {
    await follow();
    const [shopper] = stage.platform.people.list();
    if (!shopper) throw new Error('The cast is empty');
    shopper.following = false;
    await say('還在嗎');
    await page.getByText('409', { exact: false }).waitFor();
    expect(await input().inputValue()).toBe('還在嗎');
    opened.complaints.length = 0;
  });
});
