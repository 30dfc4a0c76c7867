import { describe, expect, it } from 'vitest';
import { sql } from '#foundation/db.ts';
import { countGraphemes, type Locale } from '#foundation/i18n.ts';
import { openTestDatabase } from './support/database.ts';
import { readSpokenWords, type Spoken } from './support/spoken-words.ts';

/** Twins that a Taiwanese reader stumbles over: the shop never says them. */
const foreignWords =
  /短信|積分|二維碼|掃一掃|推送|門店|導購|小票|代金券|抵扣|滿減|包郵|發貨|快遞|售罄|秒殺|充值|賬|激活|獲取|提交|操作成功|查收|解綁|設置|默認|鏈接|刷新|加載|截屏|屏幕|拉黑|網絡|信息|個人信息|手機號(?!碼)|視頻|質量|反饋|尊享|溫馨提示|保級|老客戶/;
/** Words that blame the reader, read as fraud, or promise what nobody can. */
const neverSaid =
  /失敗|錯誤|無效|非法|禁止|不符資格|違規|系統異常|造成不便|中獎|恭喜獲選|帳戶異常|點擊|限時免費|最優惠|保證|剩最後|親愛的|尊敬的|小編|臺|優惠卷|早安|晚安/;

/** Bubbles that may be longer: consent, unbinding and returns have to say all of it; English takes more letters. */
const watched = new Set([
  'features/members/greeting:whatWeDo',
  'features/members/binding:askUnbind',
  'features/purchases:returns',
]);
const longest: Record<Locale, number> = { 'zh-TW': 120, en: 170, ja: 120 };

const han = /\p{Script=Han}/u;

/** Characters of the everyday halves of Big5 and JIS X 0208: what is in neither is of another script or very rare. */
function everyday(encoding: 'big5' | 'shift_jis', leads: readonly [number, number]): Set<string> {
  const decoder = new TextDecoder(encoding);
  const known = new Set<string>();
  for (let lead = leads[0]; lead <= leads[1]; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      for (const sign of decoder.decode(new Uint8Array([lead, trail]))) known.add(sign);
    }
  }
  return known;
}
const traditional = everyday('big5', [0xa4, 0xc6]);
const japanese = everyday('shift_jis', [0x88, 0x98]);

const { spoken, missing } = await readSpokenWords();
const { db } = await openTestDatabase();
const flowWords = await sql<{ flow: string; step: string; locale: Locale; words: Record<string, string> }>`
  select flow_key as flow, step, locale, words from flow_words`.execute(db);
const flowSentences: Spoken[] = flowWords.rows.flatMap(({ flow, step, locale, words }) =>
  Object.entries(words).map(([name, text]) => ({
    id: `${flow}:${step}.${name}`,
    locale,
    fill: 'usual',
    text,
  })),
);

const all = [...spoken, ...flowSentences];
const isLabel = ({ id }: Spoken) => /[:.](labels|buttons)\./.test(id);
const isSms = ({ id }: Spoken) => /Sms$/.test(id);
const isAlt = ({ id }: Spoken) => /[aA]lt(Open)?$/.test(id);
/** Texts that a person sends, or that stand on a page or a card, are no bubbles. */
const isBubble = (each: Spoken) =>
  !isLabel(each) && !isSms(each) && !/[iI]nvitation(Full)?$/.test(each.id) && !each.id.startsWith('web/');

/** What breaks the rule, as lines to read. */
const broken = (words: readonly Spoken[], isRight: (each: Spoken) => boolean): string[] => [
  ...new Set(words.filter((each) => !isRight(each)).map((each) => `${each.locale} ${each.id}: ${each.text}`)),
];
const of = (locale: Locale) => all.filter((each) => each.locale === locale);

describe('the words of all rooms', () => {
  it('have their twins in three languages, and say something with every value', () => {
    expect(missing).toEqual([]);
    expect(new Set(spoken.map((each) => each.id)).size).toBeGreaterThan(200);
    expect(broken(all, ({ text }) => !/undefined|null|NaN|\[object|\$\{/.test(text))).toEqual([]);
    expect(broken(all, ({ text }) => text.trim() === text && !/ {2}/.test(text))).toEqual([]);
  });

  it('fit where they stand', () => {
    expect(broken(all.filter(isLabel), ({ text }) => countGraphemes(text) <= 20)).toEqual([]);
    const alts = all.filter((each) => isAlt(each) && each.fill === 'usual');
    expect(broken(alts, ({ text }) => countGraphemes(text) <= 60)).toEqual([]);
    const bubbles = all.filter((each) => isBubble(each) && !watched.has(each.id));
    expect(broken(bubbles, ({ text, locale }) => countGraphemes(text) <= longest[locale])).toEqual([]);
  });

  it('keep a text message in one part', () => {
    // Seven-bit letters: 160 of them make one part, else 70 UTF-16 units do.
    const fits = ({ text }: Spoken) => text.length <= (/^[\x20-\x7e]*$/.test(text) ? 160 : 70);
    expect(all.filter(isSms).length).toBeGreaterThan(6);
    expect(broken(all.filter(isSms), fits)).toEqual([]);
    expect(broken(all.filter(isSms), ({ text }) => !/https?:|www\.|09\d{8}/.test(text))).toEqual([]);
  });

  it('shout at most once, and never trail off', () => {
    expect(broken(all, ({ text }) => (text.match(/[！!]/g) ?? []).length <= 1)).toEqual([]);
    expect(broken(all, ({ text }) => !/……|\.\.\.|～/.test(text))).toEqual([]);
    expect(
      broken(
        all.filter((each) => !isSms(each)),
        ({ text }) => !/[【】]/.test(text),
      ),
    ).toEqual([]);
  });

  it('write thousands with a comma', () => {
    expect(broken(spoken, ({ text }) => !/(?<![\d.,])1234567|(?<![\d.,])1280/.test(text))).toEqual([]);
  });
});

describe('zh-TW', () => {
  const zh = of('zh-TW');

  it('is what people in Taiwan say', () => {
    expect(broken(zh, ({ text }) => !foreignWords.test(text))).toEqual([]);
    expect(broken(zh, ({ text }) => !neverSaid.test(text))).toEqual([]);
    const odd = (text: string) => [...text].filter((sign) => han.test(sign) && !traditional.has(sign));
    expect(broken(zh, ({ text }) => odd(text).length === 0)).toEqual([]);
  });

  it('has full-width punctuation, and a space between Han and Latin or digits', () => {
    expect(
      broken(zh, ({ text }) => !/\p{Script=Han}[,?!:;()]|[,?!:;()](?=\p{Script=Han})/u.test(text)),
    ).toEqual([]);
    const touching = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9%](?=\p{Script=Han})/u;
    expect(
      broken(
        zh.filter((each) => !/\{/.test(each.text)),
        ({ text }) => !touching.test(text),
      ),
    ).toEqual([]);
    expect(
      broken(
        zh,
        ({ text }) => !/[，。？！：；」「、] | [，。？！：；」、]/.test(text.replace(/！🎁 |。🎁 /g, '')),
      ),
    ).toEqual([]);
  });

  it('says 您 or 你 as the brand does', () => {
    // What marketers write, and what stands around it, is turned from 您 to 你 as a whole.
    const said = zh.filter((each) => !each.id.startsWith('features/flows') && spoken.includes(each));
    const familiar = said.filter((each) => each.fill === 'bare');
    expect(broken(familiar, ({ text }) => !text.includes('您'))).toEqual([]);
    const formal = said.filter((each) => each.fill !== 'bare');
    expect(broken(formal, ({ text }) => !text.includes('你'))).toEqual([]);
    expect(broken(formal, ({ text }) => (text.match(/您/g) ?? []).length <= 2)).toEqual([]);
  });
});

describe('en and ja', () => {
  it('en has no Han, and nothing full-width', () => {
    expect(broken(of('en'), ({ text }) => !han.test(text))).toEqual([]);
    // What two people get side by side is joined by the same sign in every language.
    expect(
      broken(of('en'), ({ text }) => !/[\u3000-\u30ff\uff01-\uff5e]/.test(text.replaceAll('／', ''))),
    ).toEqual([]);
  });

  it('ja is written with Japanese characters, and its sentences with kana', () => {
    const odd = (text: string) => [...text].filter((sign) => han.test(sign) && !japanese.has(sign));
    expect(broken(of('ja'), ({ text }) => odd(text).length === 0)).toEqual([]);
    const sentences = of('ja').filter(({ text }) => /[。？]/.test(text));
    expect(broken(sentences, ({ text }) => /[\u3041-\u30ff]/.test(text))).toEqual([]);
    expect(broken(of('ja'), ({ text }) => !/[，；]|[\u3041-\u30ff][,.?!]/.test(text))).toEqual([]);
  });
});
