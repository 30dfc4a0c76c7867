import { AxeBuilder } from '@axe-core/playwright';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBrowser, keepScreenshot, openBrowser, openPage } from '../support/browser.ts';
import { openConsoleApp } from './console-app.ts';

const password = '山坡上的茶園清晨有霧';
const pin = '294817';

describeBrowser('the people who work here, from the first owner to a lost tablet', () => {
  let app: Awaited<ReturnType<typeof openConsoleApp>>;
  let browser: Browser;
  let desk: Page;
  let tablet: Page;
  let phone: Page;
  let secret = '';
  let clerkLink = '';
  let pairingCode = '';
  const complaints: string[][] = [];

  const open = async (width: number, height: number) => {
    const opened = await openPage(browser, width, height);
    opened.page.setDefaultTimeout(20_000);
    complaints.push(opened.complaints);
    return opened.page;
  };
  /** The authenticator's number; no number counts twice, so a later sign-in takes the next one. */
  const authenticator = (stepsAhead = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({
      timestamp: Date.now() + stepsAhead * 30_000,
    });
  const expectNoSeriousFaults = async (page: Page) => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  };

  beforeAll(async () => {
    [app, browser] = await Promise.all([openConsoleApp(), openBrowser()]);
    [desk, tablet, phone] = [await open(1280, 800), await open(1024, 768), await open(390, 844)];
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it('lets the first owner in by a link, with a password and an authenticator', async () => {
    await desk.goto(await app.ownerLink('陳老闆'));
    await desk.getByRole('heading', { name: '陳老闆，歡迎加入' }).waitFor();
    await desk.getByLabel('密碼', { exact: true }).fill(password);
    await desk.getByLabel('再輸入一次密碼').fill(password);
    await desk.getByRole('button', { name: '完成設定' }).click();
    await desk.getByRole('heading', { name: '設定兩步驟驗證' }).waitFor();
    secret = await desk.getByLabel('不能掃描時，手動輸入這組金鑰').inputValue();
    await keepScreenshot(desk, 'console-second-factor');
    await expectNoSeriousFaults(desk);
    await desk.getByLabel('驗證 App 顯示的 6 位數字').fill(authenticator());
    await desk.getByRole('button', { name: '完成設定' }).click();
    await desk.getByRole('heading', { name: '陳老闆，歡迎回來' }).waitFor();
    await keepScreenshot(desk, 'console-home');
    await expectNoSeriousFaults(desk);
  });

  it('invites a clerk by a link that is shown once', async () => {
    await desk.getByRole('link', { name: '人員' }).click();
    await desk.getByRole('button', { name: '邀請同事' }).click();
    await desk.getByLabel('名字').fill('信義店 小林');
    await desk.getByRole('button', { name: '產生邀請連結' }).click();
    await desk.getByText('請選至少一家門市。').waitFor();
    await desk.getByLabel('門市', { exact: true }).first().click();
    await desk.getByRole('option', { name: '信義店' }).click();
    await desk.keyboard.press('Escape');
    await desk.getByRole('button', { name: '產生邀請連結' }).click();
    clerkLink = await desk.getByLabel('一次性連結', { exact: true }).inputValue();
    expect(clerkLink).toMatch(/\/console\/join#[\w-]{40,}$/);
    await keepScreenshot(desk, 'console-invitation');
    await desk.getByRole('dialog').getByRole('button', { name: '關閉' }).last().click();
    await desk.getByText('等待加入').waitFor();
  });

  it('the clerk sets a PIN on a phone, and the link is used up', async () => {
    await phone.goto(clerkLink);
    await phone.getByLabel('PIN', { exact: true }).fill('123456');
    await phone.getByLabel('再輸入一次 PIN').fill('123456');
    await phone.getByRole('button', { name: '完成設定' }).click();
    await phone.getByText('這組 PIN 太好猜').waitFor();
    await phone.getByLabel('PIN', { exact: true }).fill(pin);
    await phone.getByLabel('再輸入一次 PIN').fill(pin);
    await phone.getByRole('button', { name: '完成設定' }).click();
    await phone.getByRole('heading', { name: '設定好了' }).waitFor();
    await keepScreenshot(phone, 'console-joined-390');
    await phone.goto('about:blank');
    await phone.goto(clerkLink);
    await phone.getByText('這個連結不能再用了').waitFor();
  });

  it('pairs a tablet with its store by the code from the console', async () => {
    await desk.getByRole('link', { name: '裝置' }).click();
    await desk.getByRole('button', { name: '新增裝置' }).click();
    await desk.getByLabel('名字').fill('櫃台平板');
    await desk.getByLabel('門市').selectOption({ label: '信義店' });
    await desk.getByRole('button', { name: '產生配對碼' }).click();
    pairingCode = (await desk.locator('output').textContent()) ?? '';
    expect(pairingCode).toMatch(/^\d{4} \d{4}$/);
    await keepScreenshot(desk, 'console-pairing');
    await desk.getByRole('dialog').getByRole('button', { name: '關閉' }).last().click();
    await tablet.goto(`${app.origin}/staff`);
    await expectNoSeriousFaults(tablet);
  });
});
