import { keywordsEn } from './words.en.ts';
import { keywordsJa } from './words.ja.ts';
import { keywordsSimplified, keywordsZhTW } from './words.zh-TW.ts';

/** What a whole message can ask for, in any language. */
export type Keyword = keyof typeof keywordsZhTW;

const inner = /[\s\u200B-\u200D\u2060\uFEFF]+/gu;
const endPunctuation = /[.。,，!！?？~～、;；:：」』）)]+$/u;
const startPunctuation = /^[「『（(]+/u;

const signs = [...keywordsSimplified];
const bySimplified = new Map(signs.flatMap((sign, at) => (at % 2 === 0 ? [[sign, signs[at + 1]]] : [])));

/**
 * NFKC, lower case, no spaces inside, no punctuation around, simplified signs as their twins: the form in which keywords
 * are compared.
 */
export function normaliseKeyword(text: string): string {
  const compact = text.normalize('NFKC').toLowerCase().replace(inner, '');
  const folded = [...compact].map((sign) => bySimplified.get(sign) ?? sign).join('');
  const bare = folded.replace(startPunctuation, '').replace(endPunctuation, '');
  return bare || folded.trim();
}

const byText = new Map<string, Keyword>();
for (const list of [keywordsZhTW, keywordsEn, keywordsJa])
  for (const [keyword, texts] of Object.entries(list))
    for (const text of texts) byText.set(normaliseKeyword(text), keyword as Keyword);

/** The keyword that the whole message stands for, never a part of it: 「不要停止」 stops nothing. */
export function findKeyword(text: string): Keyword | null {
  return text.length > 40 ? null : (byText.get(normaliseKeyword(text)) ?? null);
}
