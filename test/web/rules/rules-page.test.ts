import { AxeBuilder } from '@axe-core/playwright';
import Fastify from 'fastify';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pointsPolicy } from '#features/points/points-rules.ts';
import { addMs, createFixedClock } from '#foundation/clock.ts';
import { locales } from '#foundation/i18n.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { rulesPageRoutes } from '#web/rules/rules-page-routes.ts';
import { describeBrowser, keepScreenshot, openBrowser, openPage } from '../../support/browser.ts';
import { openTestDatabase } from '../../support/database.ts';
import { noon, tester } from '../../support/shop.ts';
import { makeHouse } from '../../support/turn.ts';

const { db } = await openTestDatabase();

describeBrowser('the page of rules in a browser', () => {
  const app = Fastify();
  let browser: Browser;
  let origin = '';
  beforeAll(async () => {
    const house = await makeHouse(db);
    // Something is about to change, so that every part of the page is there.
    const { version: _, ...points } = await readPolicy(db, pointsPolicy, noon);
    await db.transaction().execute((tx) =>
      publishPolicy(tx, pointsPolicy, {
        data: { ...points, twdPerPoint: 80 },
        effectiveFrom: addMs(noon, 40 * 86_400_000),
        now: noon,
        actor: tester,
      }),
    );
    await app.register(rulesPageRoutes({ db, clock: createFixedClock(noon), house: async () => house }));
    origin = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app.close();
  });

  it.each(locales.flatMap((locale) => [360, 1280].map((width) => [locale, width] as const)))(
    'in %s fits %i pixels and complains of nothing',
    async (locale, width) => {
      const { page, complaints } = await openPage(browser, width, 800);
      await page.goto(`${origin}/rules?lang=${locale}`);
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(width);
      expect(await page.locator('.change').count()).toBe(1);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('reads well for everyone', async () => {
    const { page } = await openPage(browser, 360, 800);
    await page.goto(`${origin}/rules?lang=zh-TW`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual(
      [],
    );
    await keepScreenshot(page, 'rules');
    await page.context().close();
  });

  it('prints without what is only for tapping', async () => {
    const { page } = await openPage(browser, 800, 800);
    await page.goto(`${origin}/rules?lang=zh-TW`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.locator('.button').isVisible()).toBe(false);
    expect(await page.locator('h1').isVisible()).toBe(true);
    await page.context().close();
  });
});
