import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describe, it } from 'vitest';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const wished = process.env.CHROMIUM_PATH;
const chromiumPath = (wished ? [wished] : places).find((path) => existsSync(path)) ?? null;

const howToGetOne =
  'BROWSER TESTS WERE LEFT OUT: no Chromium was found' +
  (wished ? ` at CHROMIUM_PATH=${wished}` : ` at ${places.join(', ')}`) +
  '. Install one (Debian: apt-get install chromium fonts-noto-cjk) or set CHROMIUM_PATH to yours.';

/**
 * A suite that drives a browser. Without a Chromium it is left out and says so; where CI=true that is a failure,
 * because nobody would read the line there.
 */
export function describeBrowser(name: string, suite: () => void): void {
  if (chromiumPath !== null) {
    describe(name, { timeout: 120_000 }, suite);
    return;
  }
  describe(name, () => {
    it('runs in a Chromium', ({ skip }) => {
      if (process.env.CI === 'true') throw new Error(howToGetOne);
      console.warn(howToGetOne);
      skip(howToGetOne);
    });
  });
}

/** A headless Chromium that reaches this machine only. Whoever opens it closes it. */
export async function openBrowser(): Promise<Browser> {
  if (chromiumPath === null) throw new Error(howToGetOne);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
    ],
  });
}

export type OpenedPage = {
  page: Page;
  /** What the page's own code complained about: uncaught errors and console errors. */
  complaints: string[];
};

/** A page of its own context (nothing remembered), at a size in CSS pixels; 390 wide is a phone. */
export async function openPage(browser: Browser, width: number, height: number): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-TW',
    timezoneId: 'Asia/Taipei',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, complaints };
}

/** Keeps a picture of the page in test/screenshots for people to look at, where they ask for it: SCREENSHOTS=1. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS !== '1') return;
  const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}${name}.png` });
}
