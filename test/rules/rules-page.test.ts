import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRuleTexts } from '#features/rules/page/rule-page-reads.ts';
import { answerRules } from '#features/rules/rules-chat.ts';
import { type RuleSection, sectionOf } from '#features/rules/section-rules.ts';
import { tiersPolicy } from '#features/tiers/tier-rules.ts';
import { addMs, createFixedClock } from '#foundation/clock.ts';
import { locales } from '#foundation/i18n.ts';
import { publishPolicy, readPolicy } from '#foundation/policy.ts';
import { findKeyword } from '#inbox/keyword-rules.ts';
import type { House } from '#line/turn.ts';
import { rulesPageRoutes } from '#web/rules/rules-page-routes.ts';
import { openTestDatabase } from '../support/database.ts';
import { noon, tester } from '../support/shop.ts';
import { makeHouse, makeTurn } from '../support/turn.ts';

const { db } = await openTestDatabase();
const clock = createFixedClock(noon);
const app = Fastify();
let house: House;
beforeAll(async () => {
  house = await makeHouse(db);
  await app.register(rulesPageRoutes({ db, clock, house: async () => house }));
  await app.ready();
});
afterAll(() => app.close());

const day = 86_400_000;
type Path = readonly (string | number)[];
type Branch = { [key: string | number]: unknown };

/** Publishes the section as it is at `at` with one place changed, in force from then on. */
async function change(section: RuleSection, path: Path, to: unknown, at = clock.now()): Promise<void> {
  const { version: _, ...data } = await readPolicy(db, sectionOf(section), at);
  const changed: Branch = structuredClone(data);
  const branch = path.slice(0, -1).reduce((each: Branch, key) => each[key] as Branch, changed);
  branch[path.at(-1) ?? ''] = to;
  await db.transaction().execute((tx) =>
    publishPolicy(tx, sectionOf(section), {
      data: changed,
      effectiveFrom: at,
      now: clock.now(),
      actor: tester,
    }),
  );
}
const page = async (lang = 'zh-TW') => {
  const answer = await app.inject({ url: `/rules?lang=${lang}` });
  expect(answer.statusCode).toBe(200);
  return answer.body.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
};

describe('the page of rules', () => {
  it('says in three languages what the rules of the installation are', async () => {
    const zh = await page();
    for (const sentence of [
      '每消費 NT$100 累積 1 點',
      '1 點可以折 NT$1。',
      '從消費日起算 7 天後可以用',
      '可以用到隔年 12 月 31 日',
      '看最近 12 個月的消費金額',
      '消費滿 NT$10,000。',
      '消費滿 NT$30,000。',
      '享有：生日禮、金卡優惠券和專人服務。',
      '30 天內綁定會員',
      '滿 7 天沒有退貨',
      '朋友收到 NT$100 好友折價券，邀請人收到 NT$100 好友折價券。',
      '門市購買 7 天內可以退換',
      '一天最多 1 則，7 天最多 2 則',
      '21:00 到 09:00 不發送',
    ])
      expect(zh).toContain(sentence);
    expect(await page('en')).toContain('You earn 1 point for every NT$100 you spend.');
    expect(await page('ja')).toContain('NT$100のお買い物ごとに1ポイント。');
  });

  it('speaks the language that was asked for, else the reader’s, else the brand’s', async () => {
    const langOf = async (url: string, accept?: string) => {
      const answer = await app.inject({ url, headers: accept ? { 'accept-language': accept } : {} });
      return /<html lang="([^"]+)"/.exec(answer.body)?.[1];
    };
    expect(await langOf('/rules?lang=ja', 'en')).toBe('ja');
    expect(await langOf('/rules', 'en-GB,en;q=0.9')).toBe('en');
    expect(await langOf('/rules')).toBe('zh-Hant-TW');
    expect(await langOf('/rules?lang=en&lang=ja')).toBe('zh-Hant-TW');
    expect(await langOf('/rules?lang=<script>')).toBe('zh-Hant-TW');
  });

  it('runs no script, takes nothing from elsewhere and is never kept', async () => {
    const answer = await app.inject({ url: '/rules' });
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.body).not.toMatch(/<script|style=| on\w+=/);
    const css = await app.inject({ url: '/rules/rules.css' });
    expect(css.body).toMatch(/^:root \{ --brand: #0F5B4F;/);
  });

  it('shows what a marketer wrote as text', async () => {
    await change('tiers', ['tiers', 2, 'benefit', 'zh-TW'], '<img src=x onerror=alert(1)>');
    const { body } = await app.inject({ url: '/rules?lang=zh-TW' });
    expect(body).not.toContain('<img');
    expect(body).toContain('&#60;img src=x');
  });

  const told: [RuleSection, Path, unknown, ...string[]][] = [
    ['points', ['twdPerPoint'], 137, 'NT$137'],
    ['points', ['pointValueTwd'], 3, '1 點可以折 NT$3。'],
    ['points', ['returnWindowDays', 'store'], 11, '11 天後可以用'],
    ['points', ['returnWindowDays', 'online'], 13, '13 天後可以用'],
    ['points', ['ends'], { kind: 'months', months: 17 }, '可以用 17 個月'],
    ['points', ['ends'], { kind: 'never' }, '點數沒有期限'],
    [
      'points',
      ['memberDays'],
      [
        {
          key: 'day',
          name: { 'zh-TW': '茶日', en: 'Tea day', ja: 'お茶の日' },
          when: { kind: 'month_days', monthDays: [8, 18] },
          storeCodes: ['xinyi'],
          categories: ['茶葉'],
          earnPercent: 230,
        },
      ],
      '茶日：每個月 8、18 日，點數 2.3 倍。',
      '茶日只限 xinyi。',
      '茶日只算茶葉的消費。',
    ],
    [
      'points',
      ['activities', 'survey'],
      { points: 15, perDay: 31, perMonth: 47 },
      '填寫問卷，每次得 15 點。',
      '填寫問卷，一天最多 31 點。',
      '填寫問卷，一個月最多 47 點。',
    ],
    ['tiers', ['tiers', 1, 'benefit', 'zh-TW'], '免費包裝', '享有：免費包裝。'],
    ['tiers', ['tiers', 2, 'keepTwd'], 23_456, '到期時消費滿 NT$23,456 就續等。'],
    ['tiers', ['down'], 'one_down', '等級往下調一級'],
    ['tiers', ['tiers', 1, 'earnPercent'], 125, '點數 1.25 倍'],
    [
      'tiers',
      ['tiers', 1, 'benefits'],
      [
        {
          kind: 'coupon',
          couponKey: 'welcome',
          given: 'monthly',
          name: { 'zh-TW': '茶券', en: 'tea', ja: 'お茶券' },
        },
      ],
      '每個月送：茶券。',
    ],
    ['tiers', ['windowMonths'], 19, '最近 19 個月'],
    ['tiers', ['tiers', 1, 'thresholdTwd'], 12_345, 'NT$12,345'],
    ['tiers', ['tiers', 2, 'thresholdTwd'], 54_321, 'NT$54,321'],
    ['tiers', ['tiers', 1, 'name', 'zh-TW'], '翡翠卡', '翡翠卡'],
    ['referrals', ['bindWithinDays'], 23, '23 天內綁定會員'],
    ['referrals', ['keptDays'], 9, '滿 9 天沒有退貨'],
    ['referrals', ['minKeptPurchases'], 4, '完成 4 次消費'],
    ['referrals', ['minFirstPurchaseTwd'], 321, '第一次消費要滿 NT$321'],
    ['referrals', ['caps', 'perDay'], 6, '一天最多收到 6 次邀請禮'],
    ['referrals', ['caps', 'perMonth'], 22, '30 天內最多收到 22 次邀請禮'],
    ['referrals', ['caps', 'life'], 77, '總共最多 77 次'],
    ['referrals', ['milestones', 1, 'friends'], 7, '介紹滿 7 位朋友'],
    ['referrals', ['milestones', 1, 'title', 'zh-TW'], '大使', '「大使」的稱號'],
    ['referrals', ['milestones', 1, 'couponKey'], 'welcome', '的稱號，另外收到新會員折 NT$100'],
    ['referrals', ['inviterCouponKey'], 'welcome', '邀請人收到新會員折 NT$100'],
    ['returns', ['storeDays'], 8, '門市購買 8 天內'],
    ['returns', ['onlineDays'], 14, '隔天起 14 天內'],
    ['returns', ['storeDays'], 0, '門市購買的商品不接受退換'],
    ['reach', ['caps', 'perDay'], 4, '一天最多 4 則'],
    ['reach', ['caps', 'perSevenDays'], 6, '7 天最多 6 則'],
    ['reach', ['caps', 'perFourteenDays'], 3, '14 天最多 3 則'],
    ['reach', ['caps', 'perThirtyDays'], 5, '30 天最多 5 則'],
    ['reach', ['lessDays'], 21, '21 天最多一則'],
    ['reach', ['quietHours', 'from'], '20:30', '20:30 到 09:00'],
  ];
  it.each(told)('changes with the rules: %s %j', async (section, path, to, ...sentences) => {
    for (const sentence of sentences) expect(await page()).not.toContain(sentence);
    await change(section, path, to);
    const after = await page();
    for (const sentence of sentences) expect(after).toContain(sentence);
    for (const locale of locales) expect(await page(locale)).toContain('2026');
  });

  it('tells since when rules are in force, and what changes on which day', async () => {
    await change('points', ['twdPerPoint'], 91, addMs(noon, 41 * day));
    const before = await page();
    expect(before).toContain('從 11 月 21 日（六）起適用。');
    expect(before).toContain('2027 年 1 月 1 日（五）起的改變');
    expect(before).toContain('每消費 NT$91 累積 1 點');
    expect(before).toContain('不再適用：每消費 NT$137 累積 1 點');
    clock.set(addMs(noon, 41 * day));
    const after = await page();
    expect(after).toContain('從 1 月 1 日（五）起適用。');
    expect(after).toContain('每消費 NT$91 累積 1 點');
    expect(after).not.toContain('NT$137');
    expect(after).not.toContain('起的改變');
  });
});

describe('tiers of another mode on the page', () => {
  it.each([
    [
      'percentile',
      { minSpendTwd: 4_321, protectedDays: 301, graceDays: 29, windowDays: 359 },
      { sharePercent: [0, 11, 6] },
      [
        '最近 359 天',
        '前 6%',
        '前 17%',
        'NT$4,321',
        '301 天內不會降等',
        '29 天的緩衝',
        '升等後退貨，留下的消費排不進當時的名次，等級會在退貨時調回來。',
      ],
      ['goes back with the return.', '返品時にランクが戻ります。'],
    ],
    [
      'score',
      { weights: { spend: 55, frequency: 27, activity: 18 }, windowDays: 358 },
      { minScore: [0, 61, 83] },
      [
        '最近 358 天',
        '55%',
        '27%',
        '18%',
        '分數滿 61 分',
        '分數滿 83 分',
        '365 天內不會降等',
        '升等後有退貨的，下個月 1 日起照當時的分數重新決定等級。',
      ],
      ['After a return a new tier is no longer protected', '返品があると保護は終わり'],
    ],
  ])(
    '%s is told with all of its numbers',
    async (mode, settings, perTier, sentences, [inEnglish, inJapanese]) => {
      const { version: _, ...data } = await readPolicy(db, tiersPolicy, clock.now());
      const tiers = data.tiers.map((tier, at) => ({
        ...tier,
        ...Object.fromEntries(Object.entries(perTier).map(([key, values]) => [key, values[at]])),
      }));
      await db.transaction().execute((tx) =>
        publishPolicy(tx, sectionOf('tiers'), {
          data: { mode, ...settings, tiers },
          effectiveFrom: clock.now(),
          now: clock.now(),
          actor: tester,
        }),
      );
      const told = await page();
      for (const sentence of sentences) expect(told).toContain(sentence);
      expect(await page('en')).toContain(inEnglish);
      expect(await page('ja')).toContain(inJapanese);
    },
  );
});

describe('the rules in the chat', () => {
  it.each([
    ['會員規則', 'zh-TW'],
    ['規則', 'zh-TW'],
    ['會員辦法', 'zh-TW'],
    ['Rules', 'en'],
    ['会員規約', 'ja'],
  ] as const)('are asked for by %s', async (text, locale) => {
    expect(findKeyword(text)).toBe('rules');
    const turn = makeTurn(house, { locale, now: clock.now() });
    const { messages } = await db.transaction().execute((tx) => answerRules(turn, tx));
    expect(messages).toHaveLength(1);
    const card = JSON.stringify(messages[0]);
    const texts = await readRuleTexts(db, { now: clock.now(), locale });
    for (const sentence of texts.flatMap(({ brief }) => brief))
      expect(card).toContain(JSON.stringify(sentence));
    expect(card).toContain('NT$91');
    expect(card).toContain(`${house.publicUrl}/rules?lang=${locale}`);
    expect(Buffer.byteLength(card)).toBeLessThan(30_000);
  });
});
