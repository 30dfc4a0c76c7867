import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeBrowser, keepScreenshot, openBrowser, openPage } from '../support/browser.ts';
import { type SimulatorStage, startStage } from './stage.ts';

describeBrowser('the little till of the simulator', () => {
  let stage: SimulatorStage;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  beforeEach(async () => {
    stage = await startStage();
    page = (await openPage(browser, 1280, 860)).page;
    await page.goto(stage.url);
    await page.getByRole('button', { name: '結帳' }).waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await stage.close();
  });
  afterAll(() => browser.close());

  const till = () => page.getByRole('region', { name: '收銀機' });
  const sell = () => till().getByRole('button', { name: '結帳' }).click();
  const call = (path: string) => stage.tillCalls.filter((each) => each.path === path);

  it('records a sale for a phone with the key of the till, once', async () => {
    await till().getByLabel('手機號碼').fill('0912345678');
    await till().getByLabel('單價').fill('500');
    await till().getByLabel('數量').fill('2');
    await till().getByRole('button', { name: '加一項' }).click();
    await till().getByLabel('單價').last().fill('80');
    await till().getByLabel('折扣').fill('100');
    await till().getByText('NT$980', { exact: true }).waitFor();
    await sell();
    await till().getByText('獲得 9 點，2026-11-29 可用').waitFor();
    const [sale, ...more] = call('purchases');
    expect(more).toEqual([]);
    expect(sale?.key).toBe('Bearer till-key');
    expect(sale?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(sale?.body).toMatchObject({
      storeCode: 'XY',
      channel: 'store',
      member: { phone: '0912345678' },
      lines: [
        { lineNo: 1, category: '茶', quantity: 2, unitPriceTwd: 500, discountTwd: 100 },
        { lineNo: 2, category: '杯具', quantity: 1, unitPriceTwd: 80, discountTwd: 0 },
      ],
      totalTwd: 980,
      pointsPaid: 0,
      claimIds: [],
    });
    expect(sale?.body.purchasedAt).toMatch(/^2026-11-22T09:3\d:\d\d\+08:00$/);
  });

  it('records a sale without a member', async () => {
    await till().getByLabel('會員', { exact: true }).selectOption('none');
    await sell();
    await till().getByText('這筆沒有會員').waitFor();
    expect(call('purchases')[0]?.body.member).toBeNull();
  });

  it('asks for the number before it sells to a member', async () => {
    await sell();
    expect(await till().locator('input:invalid').count()).toBe(1);
    expect(stage.tillCalls).toEqual([]);
  });

  it('scans the code on the phone, shows the member and uses a coupon with the sale', async () => {
    await till().getByRole('button', { name: '掃描手機' }).click();
    await till().getByText('手機上沒有打開會員碼').waitFor();
    await page.getByRole('button', { name: '加入好友' }).click();
    await page.getByLabel('輸入訊息').fill('出示會員碼');
    await page.getByRole('button', { name: '傳送' }).click();
    await page.getByRole('link', { name: /member-code/ }).click();
    await page.frameLocator('iframe').getByText('CODE-42').waitFor();
    await till().getByRole('button', { name: '掃描手機' }).click();
    expect(await till().getByLabel('會員碼').last().inputValue()).toBe('CODE-42');
    await till().getByText('金卡').waitFor();
    await till().getByText('1,280', { exact: true }).waitFor();
    await till().getByText('可用到 2026-12-31').waitFor();
    expect(call('members/lookup')[0]).toMatchObject({
      idempotencyKey: null,
      body: { memberCode: 'CODE-42' },
    });
    await till()
      .getByRole('listitem')
      .filter({ hasText: '生日禮 85 折' })
      .getByRole('button', { name: '直接核銷' })
      .click();
    await till().getByText('已核銷').waitFor();
    await till().getByLabel('這次結帳使用').check();
    await till().getByText('優惠券折 NT$100').waitFor();
    await keepScreenshot(page, 'till-member');
    await sell();
    await till().getByText('完成。').waitFor();
    const sale = call('purchases')[0]?.body;
    expect(sale).toMatchObject({ member: { memberNo: '81234' }, claimIds: ['c1'], totalTwd: 1180 });
    expect(call('coupon-redemptions')[0]?.body).toEqual({
      memberNo: '81234',
      claimId: 'c2',
      storeCode: 'XY',
      receiptNo: sale?.receiptNo,
    });
  });

  it('takes a code that the shopper shows, for the member whose coupon it is', async () => {
    const code = till().getByLabel('優惠券代碼');
    await code.fill('WRONG');
    await till().getByRole('button', { name: '核對代碼' }).click();
    await till().getByRole('alert').getByText('請對方出示新的代碼').waitFor();
    await code.fill('ABCDE-FGHJK');
    await till().getByRole('button', { name: '核對代碼' }).click();
    await till().getByText('茶葉折 NT$50，可用到 2026-12-24，結帳時使用。').waitFor();
    await till().getByText('優惠券折 NT$50').waitFor();
    await sell();
    await till().getByText('完成。').waitFor();
    expect(call('purchases')[0]?.body).toMatchObject({
      member: { memberNo: '81234' },
      claimIds: [],
      couponCodes: ['ABCDE-FGHJK'],
      totalTwd: 1230,
    });
    await expect.poll(() => code.inputValue()).toBe('');
  });

  it('says in its own words which field was refused and what to do, until a field is changed', async () => {
    await till().getByLabel('手機號碼').fill('0912345678');
    await till().getByLabel('折抵點數').fill('5000');
    await sell();
    const alert = till().getByRole('alert');
    await alert.getByText('沒有成功（422）').waitFor();
    await alert.getByText('折抵點數：只有 1,280 點可用。請少折一些。').waitFor();
    await alert.getByText('手機號碼：這不是手機號碼。請輸入 09 開頭的 10 碼，例如 0912345678。').waitFor();
    await alert.getByText('單價：內容不能這樣填，請檢查後再試一次。').waitFor();
    expect(await alert.textContent()).not.toMatch(/[a-z]{3}/);
    await keepScreenshot(page, 'till-refusal');
    await till().getByLabel('折抵點數').fill('');
    await alert.waitFor({ state: 'detached' });
  });

  it('says below a field that it takes whole numbers only', async () => {
    await till().getByLabel('單價').fill('-5');
    await till().getByText('只能填 0 或更大的整數。').waitFor();
    await sell();
    expect(call('purchases')).toEqual([]);
    await keepScreenshot(page, 'till-number');
    await till().getByLabel('單價').fill('5');
    await till().getByText('只能填 0 或更大的整數。').waitFor({ state: 'detached' });
    await till().getByLabel('數量').fill('0');
    await till().getByText('只能填 1 或更大的整數。').waitFor();
    await sell();
    expect(call('purchases')).toEqual([]);
  });

  it('says so when nobody answers', async () => {
    await page.route('**/api/v1/**', (route) => route.abort());
    await till().getByLabel('會員', { exact: true }).selectOption('none');
    await sell();
    await till().getByText('收銀機連不上 /api/v1').waitFor();
  });

  it('remembers a receipt over a reload and returns it with one tap', async () => {
    await till().getByLabel('會員', { exact: true }).selectOption('none');
    await sell();
    await till().getByText('完成。').waitFor();
    await page.reload();
    await till().getByRole('combobox', { name: '門市', exact: true }).selectOption('ZS');
    await till().getByRole('button', { name: '全部退貨' }).click();
    await till()
      .getByText(/^已退貨：/)
      .waitFor();
    await till().getByRole('button', { name: '全部退貨' }).waitFor({ state: 'detached' });
    expect(call('returns')[0]?.body).toMatchObject({
      storeCode: 'ZS',
      purchaseStoreCode: 'XY',
      receiptNo: call('purchases')[0]?.body.receiptNo,
      purchasedOn: '2026-11-22',
      full: true,
    });
  });
});
