import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeBrowser, keepScreenshot, openBrowser, openPage } from '../support/browser.ts';
import { type SimulatorStage, startStage } from './stage.ts';

describeBrowser('the page of the simulator', () => {
  let stage: SimulatorStage;
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  beforeEach(async () => {
    stage = await startStage();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stage.close();
  });
  afterAll(() => browser.close());

  const open = async (width: number, height: number): Promise<Page> => {
    const { page } = await openPage(browser, width, height);
    await page.goto(stage.url);
    await page.getByText('@island').waitFor();
    return page;
  };
  const firstShopper = () => {
    const [shopper] = stage.platform.people.list();
    if (!shopper) throw new Error('The cast is empty');
    return shopper;
  };
  const follow = async (page: Page) => {
    await page.getByRole('button', { name: '加入好友' }).click();
    await page.getByText('輸入「會員卡」看點數').waitFor();
  };

  it('moves the clock to the next morning, by a week and to a date, never back', async () => {
    const page = await open(1280, 860);
    const clock = page.getByRole('region', { name: '店裡的時間' });
    await clock.getByText('2026 年 11 月 22 日（日）').waitFor();
    await clock.getByRole('button', { name: '下一個 09:00' }).click();
    await clock.getByText('2026 年 11 月 23 日（一）').waitFor();
    await clock.getByText('09:00', { exact: true }).waitFor();
    await clock.getByRole('button', { name: '加 7 天' }).click();
    await clock.getByText('2026 年 11 月 30 日（一）').waitFor();
    const date = clock.getByLabel('日期');
    expect(await date.getAttribute('min')).toBe('2026-11-30');
    await date.fill('2026-12-25');
    await clock.getByRole('button', { name: '跳到這一天' }).click();
    await clock.getByText('2026 年 12 月 25 日（五）').waitFor();
  });

  it('switches a fault on, shows in words what it did, and counts what is billed', async () => {
    const page = await open(1280, 860);
    await follow(page);
    await stage.push(firstShopper().userId, { type: 'text', text: '生日快樂' });
    await page.getByText('推播，計費').waitFor();
    await page.getByText('1，上限 3,000').waitFor();
    const fault = page.getByRole('switch', { name: /429/ });
    await fault.click();
    await expect.poll(() => fault.getAttribute('aria-checked')).toBe('true');
    await expect(stage.push(firstShopper().userId, { type: 'text', text: 'x' })).rejects.toThrow('refused');
    const row = page.getByRole('listitem').filter({ hasText: '429 被拒' });
    await row.locator('summary').click();
    await row.getByText('"text": "x"').waitFor();
    await keepScreenshot(page, 'page-inspector');
  });

  it('filters and clears the log', async () => {
    const page = await open(1280, 860);
    await follow(page);
    const log = page.getByRole('region', { name: '紀錄' });
    await expect.poll(() => log.locator('.log-row').count()).toBe(2);
    await log.getByRole('button', { name: 'Webhook', exact: true }).click();
    await expect.poll(() => log.locator('.log-row').count()).toBe(1);
    await log.getByRole('button', { name: '簡訊' }).click();
    await log.getByText('這一類還沒有紀錄').waitFor();
    await log.getByRole('button', { name: '清空' }).click();
    await log.getByText('還沒有紀錄。在手機上').waitFor();
  });

  it('catches up with what happened while its stream was cut', async () => {
    const page = await open(1280, 860);
    await follow(page);
    await page.route('**/simulator/api/stream', (route) => route.abort());
    stage.cutConnections();
    await page.getByText('連線中斷').waitFor();
    await stage.push(firstShopper().userId, { type: 'text', text: '您不在的時候' });
    await page.unroute('**/simulator/api/stream');
    await page.getByText('您不在的時候').waitFor();
    await page.getByText('即時更新中').waitFor();
  });

  it('marks a shopper who is not in sight and got a message, and adds another', async () => {
    const page = await open(1280, 860);
    await follow(page);
    await page.getByRole('button', { name: '新增顧客' }).click();
    await page.getByLabel('名字').fill('周小安');
    await page.getByLabel('手機語言').selectOption('ja');
    await page.getByRole('button', { name: '新增', exact: true }).click();
    await page.getByRole('button', { name: '加入好友' }).waitFor();
    await stage.push(firstShopper().userId, { type: 'text', text: '有新品' });
    const other = page.getByRole('button', { name: /陳怡君/ });
    await other.getByRole('img', { name: '有新訊息' }).waitFor();
    await other.click();
    await page.getByText('有新品').waitFor();
    expect(stage.platform.people.list().at(-1)).toMatchObject({ displayName: '周小安', language: 'ja' });
  });

  it('keeps a hostile message inert, even one that LINE would have refused', async () => {
    const page = await open(1280, 860);
    await follow(page);
    const { userId } = firstShopper();
    const action = { type: 'uri' as const, label: '按這裡', uri: 'javascript:window.hit=1' };
    stage.platform.chats.append(userId, {
      id: 'hostile',
      at: stage.platform.shownIso(),
      from: 'account',
      via: 'push',
      message: {
        type: 'flex',
        altText: 'x',
        contents: {
          type: 'bubble',
          body: {
            type: 'box',
            layout: 'vertical',
            action,
            contents: [
              { type: 'text', text: '<img src=x onerror="window.hit=1">' },
              { type: 'button', action },
            ],
          },
        },
      },
    });
    stage.platform.changed({ kind: 'chat', userId });
    await page.getByText('<img src=x').waitFor();
    await page.getByText('按這裡').click();
    expect(await page.locator('.flex-bubble').locator('a, img, [role=link], [role=button]').count()).toBe(0);
    expect(await page.evaluate('window.hit')).toBeUndefined();
  });

  it('speaks English and Japanese too, and remembers the choice', async () => {
    const page = await open(1280, 860);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('nothing reaches LINE').waitFor();
    await keepScreenshot(page, 'page-en');
    await page.getByRole('button', { name: '日本語' }).click();
    await page.reload();
    await page.getByRole('heading', { name: '小さなレジ' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ja');
    await keepScreenshot(page, 'page-ja');
  });

  it.each([360, 414])(
    'shows one tab at a time on a phone %i px wide, nothing beyond its edge',
    async (width) => {
      const page = await open(width, 800);
      await follow(page);
      for (const [tab, landmark] of [
        ['收銀機', '小收銀機'],
        ['時間與故障', '故障開關'],
        ['紀錄', 'Webhook 與 API 紀錄'],
      ] as const) {
        await page.getByRole('button', { name: tab, exact: true }).click();
        await page.getByRole('heading', { name: landmark }).waitFor();
        expect(await page.getByRole('log').isVisible()).toBe(false);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        await keepScreenshot(page, `page-${width}-${tab}`);
      }
    },
  );

  it.each([1280, 390])('has nothing that axe finds wrong at %i px', async (width) => {
    const page = await open(width, 860);
    await follow(page);
    const { userId } = firstShopper();
    for (const words of ['會員卡', '點數', '邀請好友']) {
      await page.getByLabel('輸入訊息').fill(words);
      await page.getByRole('button', { name: '傳送' }).click();
    }
    await page.getByText('K7M2XQ9A').waitFor();
    await stage.push(userId, { type: 'text', text: '生日快樂' });
    await page.getByText('生日快樂').waitFor();
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  });

  it('says what to do when the simulator is away', async () => {
    const { page } = await openPage(browser, 1280, 860);
    // A stream that opens would fetch everything by itself, before the button is pressed.
    await page.route('**/simulator/api/stream', (route) => route.abort());
    await page.route('**/simulator/api/state', (route) => route.abort());
    await page.goto(stage.url);
    await page.getByText('連不上模擬器').waitFor();
    await page.unroute('**/simulator/api/state');
    await page.getByRole('button', { name: '再試一次' }).click();
    await page.getByText('@island').waitFor();
  });
});
