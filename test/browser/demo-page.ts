import type { Locator, Page } from 'playwright-core';

/** How long anything on the page may take; a busy machine is slow. */
const patienceMs = 40_000;

const sayings = {
  'zh-TW': { join: '綁定會員', agree: '同意，也收優惠訊息' },
  en: { join: 'join', agree: 'Agree, with offers' },
} as const;

/** The demo's page as a newcomer uses it: with the eyes and hands of somebody who reads Chinese. */
export function playOn(page: Page) {
  page.setDefaultTimeout(patienceMs);
  const chat = page.getByRole('log');
  const till = page.getByRole('region', { name: '收銀機' });
  const answers = () => chat.locator('.line-account');

  /** Waits until words stand below all that stood before. */
  async function hears(words: string | RegExp, from: Locator = answers()): Promise<string> {
    const line = from.filter({ hasText: words }).last();
    await line.waitFor();
    return (await line.textContent()) ?? '';
  }

  /** Types a message; what comes back is counted from here on. */
  async function says(text: string): Promise<void> {
    await page.getByLabel('輸入訊息').fill(text);
    await page.getByRole('button', { name: '傳送' }).click();
    await chat.locator('.line-shopper').filter({ hasText: text }).last().waitFor();
  }

  return {
    page,
    chat,
    till,
    says,
    hears,
    answers,

    /** Says words and reads what came as the answer to them. */
    async asks(text: string, expected: string | RegExp): Promise<string> {
      const before = await answers().count();
      await says(text);
      const fresh = answers().filter({ hasText: expected });
      await chat.locator(`.line-account >> nth=${before}`).first().waitFor({ state: 'attached' });
      return hears(expected, fresh);
    },

    async taps(label: string): Promise<void> {
      await chat.getByRole('button', { name: label, exact: true }).last().click();
    },

    async plays(name: string): Promise<void> {
      await page.getByRole('group', { name: '扮演哪一位顧客' }).getByRole('button', { name }).click();
    },

    async addsTheAccount(): Promise<void> {
      await page.getByRole('button', { name: '加入好友' }).click();
      await chat.getByText('已加入好友').waitFor();
    },

    /** The four steps of binding, with the code of the SMS on top of the screen. */
    async binds(phone: string, birthday: string, locale: 'zh-TW' | 'en' = 'zh-TW'): Promise<void> {
      const { join, agree } = sayings[locale];
      await says(join);
      await hears(/第 1 步|Step 1/);
      await says(phone);
      await page.getByRole('button', { name: /^填入 \d{6}$/ }).click();
      await page.getByRole('button', { name: '傳送' }).click();
      await hears(/第 3 步|Step 3/);
      await says(birthday);
      await chat.getByRole('button', { name: agree, exact: true }).last().click();
    },

    async moves(button: '下一個 09:00' | '加 7 天'): Promise<void> {
      await page.getByRole('button', { name: button }).click();
      await page.getByText('時間往前走').waitFor({ state: 'hidden' });
    },

    async setsFault(name: RegExp, isOn: boolean): Promise<void> {
      const fault = page.getByRole('switch', { name });
      await fault.click();
      await page.locator(`[role=switch][aria-checked=${isOn}]`).and(fault).waitFor();
    },
  };
}

export type Player = ReturnType<typeof playOn>;
