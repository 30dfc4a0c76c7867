import type { Locale } from '#foundation/i18n.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type BindingWords, zhTW } from './words.zh-TW.ts';

const wordsOf: Record<Locale, BindingWords> = { 'zh-TW': zhTW, en, ja };

/** What the binding room says in a language. */
export const bindingWords = (locale: Locale): BindingWords => wordsOf[locale];
