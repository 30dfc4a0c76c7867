import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBrowser, keepScreenshot, openBrowser, openPage } from '../../support/browser.ts';
import { expectSound } from '../kit/checks.ts';
import {
  type Answers,
  type ApiCall,
  overflowOf,
  refusal,
  standInForTheApi,
  startPages,
} from '../kit/page-stage.ts';
import { ordinaryDay, signedIn, signedOut } from './sample-answers.ts';

const qr = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg"/%3E';
const link = {
  link: 'https://shuke.example/console/join#one-time',
  qr,
  expiresAt: '2026-11-23T02:00:00.000Z',
};

describeBrowser('the pages of the console', () => {
  let browser: Browser;
  let pages: Awaited<ReturnType<typeof startPages>>;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([openBrowser(), startPages()]);
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => Promise.all([browser.close(), pages.close()]));

  const open = async (path: string, answers: Answers, width = 1280) => {
    const opened = await openPage(browser, width, 860);
    const calls = await standInForTheApi(opened.page, answers);
    await opened.page.goto(pages.url + path);
    const bodiesOf = (name: string) =>
      calls.filter((call: ApiCall) => call.name === name).map(({ body }) => body);
    return { ...opened, bodiesOf };
  };

  it('invites: a taken name stands at its field, a role that needs a store asks for it, the link shows once', async () => {
    const answers = ordinaryDay();
    const { page, bodiesOf } = await open('/console/people', answers);
    await page.getByRole('button', { name: '邀請同事' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名字').fill('王大明');
    await dialog.getByRole('button', { name: '產生邀請連結' }).click();
    await dialog.getByText('請選至少一家門市。').waitFor();
    await dialog.getByRole('combobox', { name: '門市' }).click();
    await page.getByRole('option', { name: '大安店' }).click();
    answers['POST people'] = () =>
      refusal(409, 'name_taken', { fields: [{ path: 'name', code: 'name_taken', message: 'Taken' }] });
    await dialog.getByRole('button', { name: '產生邀請連結' }).click();
    await dialog.getByText('這個名字有人用過了，請換一個。').waitFor();
    answers['POST people'] = { person: {}, invitation: link };
    await dialog.getByLabel('名字').fill('王小明');
    await dialog.getByRole('button', { name: '產生邀請連結' }).click();
    await page.getByRole('img', { name: '一次性連結的 QR Code' }).waitFor();
    expect(await page.getByLabel('一次性連結', { exact: true }).inputValue()).toBe(link.link);
    expect(bodiesOf('POST people').at(-1)).toEqual({ name: '王小明', role: 'clerk', storeIds: ['2'] });
    await page.getByRole('button', { name: '關閉' }).last().click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('one-time');
  });

  it('changes a role by keyboard alone', async () => {
    const answers: Answers = { ...ordinaryDay(), 'PUT people/3': {} };
    const { page, bodiesOf } = await open('/console/people', answers);
    await page.getByRole('button', { name: '「王大明」的動作' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: '改角色或門市' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('menuitem');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('角色').focus();
    await page.getByRole('dialog').getByLabel('角色').selectOption('auditor');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('王大明的權限改好了').waitFor();
    expect(bodiesOf('PUT people/3')).toEqual([{ role: 'auditor', storeIds: [] }]);
  });

  it('counts a pairing code down, and offers another when its time is up', async () => {
    const answers = ordinaryDay();
    const { page, bodiesOf } = await open('/console', answers);
    await page.clock.install({ time: new Date('2026-11-22T03:00:00Z') });
    const device = { id: '9', name: '新平板', state: 'waiting' };
    answers['POST devices'] = () => ({
      status: 201,
      body: { device, code: '1234 5678', expiresAt: '2026-11-22T03:10:00.000Z' },
    });
    await page.goto(`${pages.url}/console/devices`);
    await page.getByRole('button', { name: '新增裝置' }).click();
    await page.getByRole('dialog').getByLabel('名字').fill('新平板');
    await page.getByRole('dialog').getByLabel('門市').selectOption({ label: '信義店' });
    await page.getByRole('button', { name: '產生配對碼' }).click();
    await page.getByText('1234 5678').waitFor();
    await page.getByRole('timer').waitFor();
    expect(await page.getByRole('timer').textContent()).toMatch(/還有 (10:00|9:\d\d)/);
    await page.clock.fastForward(600_000);
    await page.getByText('時間到了').waitFor();
    answers['POST devices/9/code'] = { device, code: '8765 4321', expiresAt: '2026-11-22T03:25:00.000Z' };
    await page.getByRole('dialog').getByRole('button', { name: '給新的配對碼' }).click();
    await page.getByText('8765 4321').waitFor();
    expect(bodiesOf('POST devices')).toEqual([{ name: '新平板', storeId: '1' }]);
  });

  it('lets a manager add devices to their own stores only', async () => {
    const { page, bodiesOf } = await open('/console/devices', {
      ...ordinaryDay(),
      'GET session': signedIn('manager'),
    });
    await page.getByRole('button', { name: '新增裝置' }).click();
    const options = page.getByRole('dialog').getByLabel('門市').getByRole('option');
    await expect.poll(() => options.allTextContents()).toEqual(['請選門市', '信義店']);
    expect(bodiesOf('GET stores')).toEqual([]);
  });

  it('shows a key once', async () => {
    const answers = ordinaryDay();
    const { page, bodiesOf } = await open('/console/keys', answers);
    answers['POST api-keys'] = { apiKey: { id: '3', name: '新收銀機' }, key: 'shuke_secret_key' };
    await page.getByRole('button', { name: '新增金鑰' }).click();
    await page.getByLabel('名字').fill('新收銀機');
    await page.getByRole('button', { name: '產生金鑰' }).click();
    await page.getByText('請至少選一項。').waitFor();
    await page.getByLabel('消費').check();
    await page.getByLabel('會員', { exact: true }).check();
    await page.getByRole('button', { name: '產生金鑰' }).click();
    expect(await page.getByLabel('金鑰', { exact: true }).inputValue()).toBe('shuke_secret_key');
    expect(bodiesOf('POST api-keys')).toEqual([{ name: '新收銀機', scopes: ['purchases', 'members'] }]);
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    expect(await page.getByLabel('金鑰', { exact: true }).inputValue()).toBe('shuke_secret_key');
    await page.getByRole('button', { name: '已經收好' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('shuke_secret_key');
  });

  it('tells the log in sentences, narrows it, turns its pages and offers the same as a file', async () => {
    const answers = ordinaryDay();
    const { page, bodiesOf } = await open('/console/audit', answers);
    const row = page.getByRole('row').filter({ hasText: '陳怡君 改角色或門市「王大明」' });
    await row.getByText('店員').waitFor();
    expect(await row.getByRole('insertion').allTextContents()).toEqual(['店長', '信義店和大安店']);
    await page.getByText('排程 brand.unheard_of「王大明」').waitFor();
    await page.getByRole('button', { name: '看更多' }).click();
    await expect.poll(() => bodiesOf('GET audit').at(-1)).toBe('?cursor=more');
    await page.getByLabel('動作').selectOption({ label: '調整點數' });
    await page.getByLabel('從').fill('2026-11-01');
    await page.getByLabel('會員編號').fill('0123 456 78');
    await expect.poll(() => bodiesOf('GET audit').at(-1)).toBe('?from=2026-11-01&action=points.adjusted');
    await page.getByLabel('會員編號').fill('0123 456 789');
    const narrowed = '?from=2026-11-01&action=points.adjusted&memberNo=0123456789';
    await expect.poll(() => bodiesOf('GET audit').at(-1)).toBe(narrowed);
    const file = await page.getByRole('link', { name: '下載 CSV' }).getAttribute('href');
    expect(file).toBe(`/api/v1/audit.csv${narrowed}`);
  });

  it('says what an approval does before it is given, and asks why when it is not', async () => {
    const answers: Answers = {
      ...ordinaryDay(),
      'POST approvals/1/reject': {},
      'POST approvals/2/withdraw': {},
    };
    const { page, bodiesOf } = await open('/console/approvals', answers);
    const mine = page.getByRole('listitem').filter({ hasText: '自己提出的申請' });
    await mine.waitFor();
    expect(await mine.getByRole('button').allTextContents()).toEqual(['收回']);
    answers['POST approvals/1/approve'] = () => refusal(409, 'already_decided');
    await page.getByRole('button', { name: '同意' }).click();
    await page.getByRole('dialog').getByText('給會員 0123456789 加 1,200 點').waitFor();
    for (const told of ['信義店', '1,550 點', '結帳時網路中斷，補登 11 月 20 日的消費']) {
      expect(await page.getByRole('dialog').getByText(told).count()).toBe(1);
    }
    await page.getByRole('button', { name: '同意並執行' }).click();
    await page.getByText('這件申請已經有人決定了').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(bodiesOf('GET approvals').length).toBeGreaterThan(1);
    await page.getByRole('button', { name: '退回' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '退回' }).click();
    await page.getByText('請填這一格。').waitFor();
    await page.getByLabel('為什麼退回').fill('收據對不上');
    await page.getByRole('dialog').getByRole('button', { name: '退回' }).click();
    await page.getByText('已退回。').waitFor();
    expect(bodiesOf('POST approvals/1/reject')).toEqual([{ note: '收據對不上' }]);
  });

  it('changes the own password, and says at its field what is wrong with it', async () => {
    const answers = ordinaryDay();
    const { page } = await open('/console/account', answers);
    answers['PUT session/password'] = () =>
      refusal(422, 'invalid', { fields: [{ path: 'next', code: 'too_common', message: 'x' }] });
    await page.getByRole('button', { name: '換密碼' }).click();
    await page.getByLabel('目前的密碼').fill('the former password');
    await page.getByLabel('新的密碼', { exact: true }).fill('password1234');
    await page.getByLabel('再輸入一次新的密碼').fill('password1234');
    await page.getByRole('button', { name: '儲存' }).click();
    await page.getByText('這個密碼太常見').waitFor();
    answers['PUT session/password'] = { state: 'signed_in' };
    await page.getByRole('button', { name: '儲存' }).click();
    await page.getByText('密碼換好了，其他地方都已登出。').waitFor();
  });

  const visits: { name: string; path: string; answers?: Answers; act?: (page: Page) => Promise<void> }[] = [
    { name: 'sign-in', path: '', answers: { 'GET session': signedOut } },
    {
      name: 'join',
      path: '/join#token',
      answers: {
        'POST session/invitation': {
          name: '林小美',
          role: 'manager',
          needs: ['password', 'pin'],
          expiresAt: link.expiresAt,
        },
      },
    },
    { name: 'home', path: '' },
    { name: 'people', path: '/people' },
    {
      name: 'invite',
      path: '/people',
      act: (page) => page.getByRole('button', { name: '邀請同事' }).click(),
    },
    {
      name: 'menu',
      path: '/people',
      act: (page) => page.getByRole('button', { name: '「林小美」的動作' }).click(),
    },
    { name: 'devices', path: '/devices' },
    { name: 'keys', path: '/keys' },
    { name: 'new-key', path: '/keys', act: (page) => page.getByRole('button', { name: '新增金鑰' }).click() },
    { name: 'audit', path: '/audit' },
    { name: 'approvals', path: '/approvals' },
    { name: 'account', path: '/account' },
    { name: 'nowhere', path: '/no/such/page' },
  ];
  it.each(visits)('is sound from a phone to a desk: $name', async ({ name, path, answers, act }) => {
    const opened = await open(`/console${path}`, { ...ordinaryDay(), ...answers });
    const { page } = opened;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.getByRole('status', { name: '載入中' }).count()).toBe(0);
    await act?.(page);
    await keepScreenshot(page, `console-${name}-1280`);
    for (const width of [1280, 768]) {
      await page.setViewportSize({ width, height: 860 });
      await expect.poll(() => overflowOf(page)).toBe(0);
    }
    await page.setViewportSize({ width: 360, height: 780 });
    await expectSound(opened, `${name} 360`);
    await keepScreenshot(page, `console-${name}-360`);
  });
});
