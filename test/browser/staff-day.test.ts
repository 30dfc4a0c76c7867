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
    opened.page.setDefaultTimeout(40_000);
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
    await desk.keyboard.press('Tab');
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
    await tablet.getByRole('heading', { name: '配對這台裝置' }).waitFor();
    await expectNoSeriousFaults(tablet);
    await tablet.getByLabel('配對碼').fill('1234 5678');
    await tablet.getByRole('button', { name: '配對', exact: true }).click();
    await tablet.getByText('配對碼對不上，或過了期限。').waitFor();
    await tablet.getByLabel('配對碼').fill(pairingCode);
    await tablet.getByRole('button', { name: '配對', exact: true }).click();
    await tablet.getByRole('heading', { name: '誰要使用？' }).waitFor();
    await keepScreenshot(tablet, 'staff-people');
  });

  it('switches to the clerk by PIN, and locks', async () => {
    await takeOver('654321');
    await tablet.getByText('PIN 對不上').waitFor();
    await keepScreenshot(tablet, 'staff-wrong-pin');
    await typePin(pin);
    await tablet.getByRole('heading', { name: '信義店 小林，工作順利' }).waitFor();
    await keepScreenshot(tablet, 'staff-at-work');
    await expectNoSeriousFaults(tablet);
    await tablet.getByRole('button', { name: '鎖定' }).click();
    await tablet.getByRole('heading', { name: '誰要使用？' }).waitFor();
    await tablet.reload();
    await tablet.getByRole('heading', { name: '誰要使用？' }).waitFor();
  });

  it('throws a lost tablet out at once', async () => {
    await takeOver(pin);
    await tablet.getByRole('heading', { name: '信義店 小林，工作順利' }).waitFor();
    await desk.reload();
    await desk.getByRole('cell', { name: '信義店 小林' }).waitFor();
    await desk.getByRole('button', { name: '「櫃台平板」的動作' }).click();
    await desk.getByRole('menuitem', { name: '撤銷裝置' }).click();
    await desk.getByRole('dialog').getByRole('button', { name: '撤銷裝置' }).click();
    await desk.getByText('「櫃台平板」已撤銷，也已登出。').waitFor();
    await tablet.reload();
    await tablet.getByRole('heading', { name: '配對這台裝置' }).waitFor();
  });

  it('signs the owner in anew with password and authenticator, back to the page that was asked for', async () => {
    await desk.getByRole('button', { name: '登出' }).click();
    await desk.getByLabel('名字').waitFor();
    await desk.goto(`${app.origin}/console/audit`);
    await desk.getByLabel('名字').fill('陳老闆');
    await desk.getByLabel('密碼', { exact: true }).fill('不是這個密碼不是這個');
    await desk.getByRole('button', { name: '登入', exact: true }).click();
    await desk.getByText('名字和密碼對不上').waitFor();
    await keepScreenshot(desk, 'console-sign-in');
    await expectNoSeriousFaults(desk);
    await desk.getByLabel('密碼', { exact: true }).fill(password);
    await desk.getByRole('button', { name: '登入', exact: true }).click();
    await desk.getByLabel('驗證碼').fill(authenticator(1));
    await desk.getByRole('button', { name: '繼續' }).click();
    await desk.getByRole('heading', { name: '操作紀錄' }).waitFor();
  });

  it('shows in the log who did all this, and gives it away as a file', async () => {
    const log = desk.getByRole('main');
    for (const words of ['陳老闆 撤銷裝置「櫃台平板」', '信義店 小林 登入', '陳老闆 邀請同事「信義店 小林」'])
      await log.getByText(words).first().waitFor();
    await keepScreenshot(desk, 'console-audit');
    await expectNoSeriousFaults(desk);
    const [file] = await Promise.all([desk.waitForEvent('download'), desk.getByText('下載 CSV').click()]);
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    await desk.setViewportSize({ width: 360, height: 740 });
    expect(await desk.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await keepScreenshot(desk, 'console-audit-360');
  });

  it('complains of nothing but the refusals that were asked for', () => {
    expect(complaints.flat().filter((line) => !/status of (401|403|410|422)/.test(line))).toEqual([]);
  });

  async function takeOver(digits: string): Promise<void> {
    await tablet.getByRole('button', { name: '信義店 小林' }).click();
    await tablet.getByRole('heading', { name: '信義店 小林，請輸入 PIN' }).waitFor();
    await typePin(digits);
  }

  async function typePin(digits: string): Promise<void> {
    for (const digit of digits) await tablet.getByRole('button', { name: digit, exact: true }).click();
  }
});
