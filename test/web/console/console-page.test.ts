import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeBrowser, type OpenedPage, openBrowser, openPage } from '../../support/browser.ts';
import { type Answers, type ApiCall, refusal, standInForTheApi, startPages } from '../kit/page-stage.ts';
import { ordinaryDay, signedIn, signedOut } from './sample-answers.ts';

describeBrowser('the console', () => {
  let browser: Browser;
  let pages: Awaited<ReturnType<typeof startPages>>;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([openBrowser(), startPages()]);
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(() => Promise.all([browser.close(), pages.close()]));

  type Opened = OpenedPage & { calls: ApiCall[]; bodiesOf: (name: string) => unknown[] };
  const open = async (path: string, answers: Answers): Promise<Opened> => {
    const opened = await openPage(browser, 1280, 860);
    const calls = await standInForTheApi(opened.page, answers);
    await opened.page.goto(pages.url + path);
    const bodiesOf = (name: string) => calls.filter((call) => call.name === name).map(({ body }) => body);
    return { ...opened, calls, bodiesOf };
  };
  const signIn = (answers: Answers) => () => {
    answers['GET session'] = signedIn('owner');
    return { body: { state: 'signed_in' } };
  };

  it('signs in where somebody wanted to go, and words what is refused', async () => {
    const answers: Answers = { ...ordinaryDay(), 'GET session': signedOut };
    const { page, bodiesOf } = await open('/console/devices?x=1', answers);
    await page.getByRole('button', { name: '登入', exact: true }).click();
    await page.getByText('請填這一格。').first().waitFor();
    expect(await page.evaluate('document.activeElement.autocomplete')).toBe('username');
    answers['POST session/sign-in'] = () => refusal(401, 'sign_in_failed');
    await page.getByLabel('名字').fill(' 陳怡君 ');
    await page.getByLabel('密碼', { exact: true }).fill('correct horse battery');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('名字和密碼對不上').waitFor();
    answers['POST session/sign-in'] = () => refusal(429, 'too_many_attempts', { retryAfter: 120 });
    await page.getByRole('button', { name: '登入', exact: true }).click();
    await page.getByText('試了太多次，請過 2 分鐘再試。').waitFor();
    answers['POST session/sign-in'] = signIn(answers);
    await page.getByRole('button', { name: '登入', exact: true }).click();
    await page.getByRole('heading', { name: '裝置', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/console/devices?x=1');
    expect(bodiesOf('POST session/sign-in').at(-1)).toEqual({
      name: '陳怡君',
      password: 'correct horse battery',
    });
  });

  it('sends whoever signs in by LINE back to the same address, and nowhere else', async () => {
    const { page } = await open('/console/people?line=failed', {
      ...ordinaryDay(),
      'GET session': signedOut,
    });
    await page.getByText('LINE 登入沒有完成').waitFor();
    const way = await page.getByRole('link', { name: '用 LINE 登入' }).getAttribute('href');
    expect(way).toBe('/console/line-login?return=%2Fconsole%2Fpeople');
  });

  it('asks for the code, and for a first secret, before it opens', async () => {
    const answers: Answers = { ...ordinaryDay(), 'GET session': { ...signedOut, state: 'second_factor' } };
    const { page, bodiesOf } = await open('/console', answers);
    await page.getByLabel('驗證碼').fill('123 45');
    await page.getByRole('button', { name: '繼續' }).click();
    await page.getByText('請輸入 6 位數字。').waitFor();
    answers['POST session/second-factor'] = () => {
      answers['GET session'] = { ...signedOut, state: 'enrolment' };
      return { body: { state: 'enrolment' } };
    };
    answers['POST session/enrolment'] = { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/x', qr: 'data:,' };
    await page.getByLabel('驗證碼').fill('１２３ 456');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '設定兩步驟驗證' }).waitFor();
    expect(bodiesOf('POST session/second-factor')).toEqual([{ code: '123456' }]);
    expect(await page.getByLabel('不能掃描時').inputValue()).toBe('JBSWY3DPEHPK3PXP');
    answers['POST session/enrolment/confirm'] = signIn(answers);
    await page.getByLabel('驗證 App 顯示的 6 位數字').fill('654321');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '陳怡君，歡迎回來' }).waitFor();
    expect(bodiesOf('POST session/enrolment')).toHaveLength(1);
  });

  it('takes an invitation from behind the #, and forgets it once used', async () => {
    const answers: Answers = {
      ...ordinaryDay(),
      'POST session/invitation': {
        name: '林小美',
        role: 'manager',
        needs: ['password', 'pin'],
        expiresAt: '2026-11-23T02:00:00Z',
      },
    };
    const { page, bodiesOf } = await open('/console/join#the-token-of-the-invitation', answers);
    await page.getByRole('heading', { name: '林小美，歡迎加入' }).waitFor();
    await page.getByRole('button', { name: '日本語' }).click();
    await page.getByLabel('パスワード', { exact: true }).fill('short');
    await page.getByRole('button', { name: '設定を完了' }).click();
    await page.getByText('パスワードは10文字以上にしてください。').waitFor();
    answers['POST session/invitation/accept'] = () =>
      refusal(422, 'invalid', { fields: [{ path: 'pin', code: 'too_simple', message: 'x' }] });
    await page.getByLabel('パスワード', { exact: true }).fill('correct horse battery');
    await page.getByLabel('パスワード（もう一度）').fill('correct horse battery');
    await page.getByLabel('PIN', { exact: true }).fill('123456');
    await page.getByLabel('PIN（もう一度）').fill('123456');
    await page.getByRole('button', { name: '設定を完了' }).click();
    await page.getByText('推測されやすいPINです').waitFor();
    expect(await page.getByLabel('PIN', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    answers['POST session/invitation/accept'] = () => {
      answers['GET session'] = signedIn('manager', { language: 'ja' });
      return { body: { state: 'signed_in' } };
    };
    await page.getByRole('button', { name: '設定を完了' }).click();
    await page.getByRole('heading', { name: '陳怡君さん、おかえりなさい' }).waitFor();
    expect(new URL(page.url()).href).toMatch(/\/console\/?$/);
    expect(bodiesOf('POST session/invitation/accept').at(-1)).toEqual({
      token: 'the-token-of-the-invitation',
      language: 'ja',
      password: 'correct horse battery',
      pin: '123456',
    });
  });

  it('shows in the menu what the role may do, and no more at its address', async () => {
    const { page, calls } = await open('/console/people', {
      ...ordinaryDay(),
      'GET session': signedIn('marketer'),
    });
    await page.getByRole('heading', { name: '這一頁不在目前的權限裡' }).waitFor();
    const entries = await page.getByRole('navigation').getByRole('link').allTextContents();
    expect(entries).toEqual(['首頁', '我的帳號']);
    expect(calls.some(({ name }) => name === 'GET people')).toBe(false);
  });

  it('asks to sign in again when the session is over, and comes back to the same page', async () => {
    const answers = ordinaryDay();
    const { page } = await open('/console/people', answers);
    await page.getByRole('button', { name: '「王大明」的動作' }).click();
    await page.getByRole('menuitem', { name: '停用帳號' }).click();
    answers['POST people/3/disable'] = () => refusal(401, 'signed_out');
    answers['GET session'] = signedOut;
    await page.getByRole('dialog').getByRole('button', { name: '停用帳號' }).click();
    await page.getByRole('status').getByText('已經登出，請重新登入。').waitFor();
    answers['POST session/sign-in'] = signIn(answers);
    await page.getByLabel('名字').fill('陳怡君');
    await page.getByLabel('密碼', { exact: true }).fill('correct horse battery');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '人員', level: 1 }).waitFor();
  });

  it('sends the token with every write, and renews it once when another tab made it old', async () => {
    const answers = ordinaryDay();
    const { page, calls } = await open('/console/people', answers);
    answers['POST people/3/disable'] = ({ csrf }: ApiCall) =>
      csrf === 'fresh' ? { body: {} } : refusal(403, 'csrf');
    await page.getByRole('button', { name: '「王大明」的動作' }).click();
    await page.getByRole('menuitem', { name: '停用帳號' }).click();
    answers['GET session'] = { ...signedIn('owner'), csrfToken: 'fresh' };
    await page.getByRole('dialog').getByRole('button', { name: '停用帳號' }).click();
    await page.getByText('王大明的帳號已停用，也已登出。').waitFor();
    const tokens = calls
      .filter(({ name }) => name === 'POST people/3/disable')
      .map(({ csrf }: ApiCall) => csrf);
    expect(tokens).toEqual(['token-of-this-session', 'fresh']);
  });

  it('says what could not be loaded, and loads it on request', async () => {
    const answers = ordinaryDay();
    const people = answers['GET people'];
    answers['GET people'] = () => refusal(500, 'internal');
    const { page } = await open('/console/people', answers);
    await page.getByRole('alert').getByText('這一頁沒有載入完成').waitFor();
    answers['GET people'] = people;
    await page.getByRole('button', { name: '再試一次' }).click();
    await page.getByText('王大明').waitFor();
  });

  it('remembers the language on the account', async () => {
    const answers = ordinaryDay();
    const { page, bodiesOf } = await open('/console', answers);
    answers['PUT session/language'] = () => {
      answers['GET session'] = signedIn('owner', { language: 'en' });
      return { body: { state: 'signed_in' } };
    };
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Welcome back, 陳怡君' }).waitFor();
    await expect.poll(() => bodiesOf('PUT session/language')).toEqual([{ language: 'en' }]);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await page.getByRole('heading', { name: 'Welcome back, 陳怡君' }).waitFor();
  });

  it('signs out to the front, and forgets what was on the screen', async () => {
    const answers = ordinaryDay();
    const { page } = await open('/console/people', answers);
    answers['POST session/sign-out'] = () => {
      answers['GET session'] = signedOut;
      return { body: { state: 'signed_out' } };
    };
    await page.getByRole('button', { name: '登出' }).click();
    await page.getByRole('heading', { name: '登入後台' }).waitFor();
    expect(new URL(page.url()).href).toMatch(/\/console\/?$/);
    expect(await page.getByText('王大明').count()).toBe(0);
  });
});
