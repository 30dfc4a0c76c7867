import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type AccountWords, zhTW } from './words.zh-TW.ts';

export const accountBook: Book<AccountWords> = { 'zh-TW': zhTW, en, ja };
