import type { Book } from '../../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type DetailWords, zhTW } from './words.zh-TW.ts';

export const detailsBook: Book<DetailWords> = { 'zh-TW': zhTW, en, ja };
