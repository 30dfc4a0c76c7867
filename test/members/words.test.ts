import { describe, expect, it } from 'vitest';
import { en as bindEn } from '#features/members/binding/words.en.ts';
import { ja as bindJa } from '#features/members/binding/words.ja.ts';
import { zhTW as bindZh } from '#features/members/binding/words.zh-TW.ts';
import { en as greetEn } from '#features/members/greeting/words.en.ts';
import { ja as greetJa } from '#features/members/greeting/words.ja.ts';
import { zhTW as greetZh } from '#features/members/greeting/words.zh-TW.ts';
import { en as taskEn } from '#features/tasks/words.en.ts';
import { ja as taskJa } from '#features/tasks/words.ja.ts';
import { zhTW as taskZh } from '#features/tasks/words.zh-TW.ts';
import { countGraphemes } from '#foundation/i18n.ts';
import { en as friendEn } from '#friends/words.en.ts';
import { ja as friendJa } from '#friends/words.ja.ts';
import { zhTW as friendZh } from '#friends/words.zh-TW.ts';
import { findKeyword } from '#inbox/keyword-rules.ts';

const rooms = {
  'zh-TW': [bindZh, greetZh, taskZh, friendZh],
  en: [bindEn, greetEn, taskEn, friendEn],
  ja: [bindJa, greetJa, taskJa, friendJa],
};
const gift = { title: '新會員折 NT$100', end: '12 月 31 日（四）' };
/** What stands in for arguments: long enough for a real message. */
const sample: Record<string, unknown[]> = {
  joined: [gift],
  found: ['1,280 點', gift],
  askDay: [2, 29],
  yearWithRoc: [1989, 78],
  month: [2],
  kept: ['1,280 點', '2 張優惠券'],
  askUnbind: ['1,280 點和 2 張優惠券'],
  consentLeapDay: ['formal'],
  cardMoved: ['formal', '明天 15:20'],
  cardMovedSms: ['十個字的品牌名稱在此', 'formal'],
  codeSms: ['十個字的品牌名稱在此', '482913'],
  locked: ['formal'],
  welcome: ['十個字的顯示名稱在此', 'formal', '十個字的品牌名稱在此', gift.title, '🎁 '],
  stopped: ['formal'],
  all: [1, 2],
  less: [14],
  agentCalled: [30, '小幫手', 60],
};

function sentences(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === 'string') return [[`${path}${key}`, value] as [string, string]];
    if (typeof value === 'function') {
      const args =
        path.startsWith('levels') && key === 'less' ? [14] : (sample[key] ?? ['一二三', '四五六', '七八九']);
      return [[`${path}${key}`, String(value(...args))] as [string, string]];
    }
    return sentences(value, `${path}${key}.`);
  });
}

describe.each(Object.entries(rooms))('the words of %s', (locale, words) => {
  const all = words.flatMap((room) => sentences(room));

  it('are whole', () => {
    for (const [key, text] of all) expect(text, key).not.toMatch(/undefined|null|\[object|NaN/);
  });

  it('fit where they stand', () => {
    for (const [key, text] of all) {
      const limit = key.includes('labels.') ? 20 : locale === 'zh-TW' ? 120 : 220;
      expect(countGraphemes(text), `${key}: ${text}`).toBeLessThanOrEqual(limit);
    }
  });

  it('keep an SMS in one part, with the digits whole behind the word for code', () => {
    for (const [key, text] of all.filter(([key]) => /Sms$/.test(key))) {
      expect(text.length, key).toBeLessThanOrEqual(locale === 'en' ? 160 : 70);
      expect(text).not.toMatch(/https?:|www\./);
    }
  });
});

describe('the words of zh-TW', () => {
  it('are those of Taiwan, and blame nobody', () => {
    const foreign =
      /短信|積分|二維碼|掃一掃|推送|門店|導購|小票|代金券|抵扣|滿減|包郵|發貨|售罄|秒殺|充值|賬|激活|獲取|提交|操作成功|查收|解綁|設置|默認|鏈接|刷新|加載|截屏|屏幕|拉黑|網絡|信息|手機號(?!碼)|視頻|質量|反饋|尊享|溫馨提示|老客戶|失敗|錯誤|無效|非法|禁止|不符資格|違規|臺|～|……/;
    for (const [key, text] of rooms['zh-TW'].flatMap((room) => sentences(room)))
      expect(text, key).not.toMatch(foreign);
  });
});

describe('labels that type themselves', () => {
  it.each([
    [friendZh.labels.agent, 'agent'],
    [friendEn.labels.agent, 'agent'],
    [friendJa.labels.agent, 'agent'],
    [friendZh.labels.help, 'help'],
    [friendEn.labels.help, 'help'],
    [friendJa.labels.help, 'help'],
    ...[greetZh, greetEn, greetJa].flatMap(({ labels }) => [
      [labels.less, 'less'],
      [labels.stop, 'stop'],
      [labels.resume, 'resume'],
    ]),
    ...[bindZh, bindEn, bindJa].map(({ labels }) => [labels.offersOn, 'resume']),
  ])('%s is understood as %s', (label, keyword) => {
    expect(findKeyword(label as string)).toBe(keyword);
  });
});
