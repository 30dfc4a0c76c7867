import type { Book } from '../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type StaffWords, zhTW } from './words.zh-TW.ts';

export const staffBook: Book<StaffWords> = { 'zh-TW': zhTW, en, ja };
