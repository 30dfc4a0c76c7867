import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  describeBrowser,
  keepScreenshot,
  type OpenedPage,
  openBrowser,
  openPage,
} from '../../support/browser.ts';
import { expectSound } from '../kit/checks.ts';
import {
  type Answers,
  type ApiCall,
  overflowOf,
  refusal,
  standInForTheApi,
  startPages,
} from '../kit/page-stage.ts';
import { atWork, busyDevice, newDevice, pairedDevice } from './sample-answers.ts';

describeBrowser('the page of a shared device', () => {
  let browser: Browser;
  let pages: Awaited<ReturnType<typeof startPages>>;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([openBrowser(), startPages()]);
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => Promise.all([browser.close(), pages.close()]));

  const open = async (answers: Answers, width = 360): Promise<OpenedPage & { calls: ApiCall[] }> => {
    const opened = await openPage(browser, width, 780);
    const calls = await standInForTheApi(opened.page, answers);
    await opened.page.clock.install({ time: new Date('2026-11-22T03:00:00Z') });
    await opened.page.goto(`${pages.url}/staff`);
    return { ...opened, calls };
  };

  it('pairs by eight digits, however they are typed', async () => {
    const answers = newDevice();
    const { page, calls } = await open(answers);
    answers['POST device/pair'] = () => refusal(410, 'pairing_failed');
    await page.getByLabel('配對碼').fill('１２３４-5678');
    await page.getByRole('button', { name: '配對' }).click();
    await page.getByText('配對碼對不上，或過了期限').waitFor();
    answers['POST device/pair'] = () => {
      Object.assign(answers, pairedDevice());
      return { body: { device: {} } };
    };
    await page.getByLabel('配對碼').fill('1234 5678');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '誰要使用？' }).waitFor();
    expect(calls.filter(({ name }) => name === 'POST device/pair').map(({ body }) => body)).toEqual([
      { code: '12345678' },
      { code: '12345678' },
    ]);
  });

  it('takes a PIN from the keyboard, forgets a wrong one, and tells how long to wait', async () => {
    const answers = pairedDevice();
    const { page, calls } = await open(answers);
    answers['POST device/switch'] = () => refusal(401, 'wrong_pin');
    await page.getByRole('button', { name: '王大明' }).click();
    await page.keyboard.type('12345');
    await page.getByText('已輸入 5 位，共 6 位').waitFor();
    await page.keyboard.press('Backspace');
    await page.keyboard.type('99');
    await page.getByText('PIN 對不上，請再輸入一次。').waitFor();
    await page.getByText('已輸入 0 位，共 6 位').waitFor();
    answers['POST device/switch'] = () => refusal(429, 'too_many_attempts', { retryAfter: 60 });
    for (const digit of '123499') await page.getByRole('button', { name: digit, exact: true }).click();
    await page.getByText('試了太多次，請過 60 秒再試。').waitFor();
    answers['POST device/switch'] = () => {
      answers['GET session'] = atWork();
      return { body: { state: 'signed_in' } };
    };
    await page.keyboard.type('285714');
    await page.getByRole('heading', { name: '王大明，工作順利' }).waitFor();
    expect(calls.filter(({ name }) => name === 'POST device/switch').map(({ body }) => body)).toEqual([
      { staffId: '3', pin: '123499' },
      { staffId: '3', pin: '123499' },
      { staffId: '3', pin: '285714' },
    ]);
    expect(await page.evaluate('document.activeElement.tagName + localStorage.length')).not.toContain(
      '285714',
    );
  });

  it('locks by hand: the list of people comes back, the server hears it with the token', async () => {
    const { page, calls } = await open(busyDevice());
    await page.getByRole('button', { name: '鎖定' }).click();
    await page.getByRole('heading', { name: '誰要使用？' }).waitFor();
    await expect
      .poll(() => calls.find(({ name }) => name === 'POST device/lock')?.csrf)
      .toBe('token-of-this-session');
  });

  it('warns for twenty seconds, then locks at the PIN of the same person', async () => {
    const { page, calls } = await open(busyDevice(atWork(300)));
    await page.getByRole('heading', { name: '王大明，工作順利' }).waitFor();
    // From here on time goes by only where the test says so.
    await page.clock.pauseAt(new Date('2026-11-22T03:02:00Z'));
    await page.keyboard.press('Shift');
    await page.clock.runFor(279_000);
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    await page.clock.runFor(2_000);
    await page.getByRole('alertdialog', { name: '快要自動鎖定了' }).waitFor();
    await page.keyboard.press('Shift');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.clock.runFor(301_000);
    await page.getByRole('heading', { name: '王大明，請輸入 PIN' }).waitFor();
    expect(await page.getByText('工作順利').count()).toBe(0);
    await expect.poll(() => calls.some(({ name }) => name === 'POST device/lock')).toBe(true);
  });

  it('stays locked without a network, and locks the server as soon as it is back', async () => {
    const answers = busyDevice();
    const { page, calls } = await open(answers);
    const unlocked = answers['POST device/lock'];
    answers['POST device/lock'] = () => refusal(503, 'unavailable');
    await page.getByRole('button', { name: '鎖定' }).click();
    await page.getByRole('heading', { name: '誰要使用？' }).waitFor();
    await page.clock.runFor(31_000);
    expect(await page.getByText('工作順利').count()).toBe(0);
    answers['POST device/lock'] = unlocked;
    await page.clock.runFor(6_000);
    await expect.poll(() => calls.filter(({ name }) => name === 'GET device').length).toBeGreaterThan(1);
    expect(await page.getByRole('heading', { name: '誰要使用？' }).count()).toBe(1);
  });

  it('keeps the session of somebody who works without sending anything', async () => {
    const { page, calls } = await open(busyDevice(atWork(300)));
    const touches = () => calls.filter(({ name }) => name === 'GET approvals').length;
    await expect.poll(touches).toBe(1);
    for (let minute = 0; minute < 6; minute += 1) {
      await page.clock.runFor(60_000);
      await page.mouse.click(20, 700);
    }
    await expect.poll(touches).toBe(4);
    expect(calls.some(({ name }) => name === 'POST device/lock')).toBe(false);
  });

  it('asks for pairing again as soon as the device was revoked', async () => {
    const answers = busyDevice();
    const { page } = await open(answers);
    await page.getByRole('heading', { name: '王大明，工作順利' }).waitFor();
    Object.assign(answers, newDevice());
    await page.clock.runFor(31_000);
    await page.getByRole('heading', { name: '配對這台裝置' }).waitFor();
  });

  it('speaks the language of whoever works here, and its own again afterwards', async () => {
    const session = atWork();
    const { page } = await open(busyDevice({ ...session, staff: { ...session.staff, language: 'ja' } }));
    await page.getByText('王大明さん、お疲れさまです').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    await page.getByRole('button', { name: 'ロックする' }).click();
    await page.getByRole('heading', { name: '誰要使用？' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hant-TW');
  });

  it('is sound from a phone to a desk, with targets for thumbs', async () => {
    for (const width of [360, 1280]) {
      // The same elements at both: looked through once.
      const expectFits = async (opened: Awaited<ReturnType<typeof open>>, where: string) =>
        width === 360
          ? expectSound(opened, where)
          : expect.poll(() => overflowOf(opened.page), { message: where }).toBe(0);
      const pairing = await open(newDevice(), width);
      await pairing.page.getByLabel('配對碼').waitFor();
      await expectFits(pairing, 'pairing');
      const people = await open(pairedDevice(), width);
      await people.page.getByRole('button', { name: '王大明' }).waitFor();
      await expectFits(people, 'people');
      await keepScreenshot(people.page, `staff-people-${width}`);
      await people.page.getByRole('button', { name: '王大明' }).click();
      await expectFits(people, 'pin');
      await keepScreenshot(people.page, `staff-pin-${width}`);
      const box = await people.page.getByRole('button', { name: '5', exact: true }).boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(64);
      const work = await open(busyDevice(), width);
      await work.page.getByRole('button', { name: '鎖定' }).waitFor();
      await expectFits(work, 'at work');
      await keepScreenshot(work.page, `staff-at-work-${width}`);
    }
  });
});
