import type { Book } from '../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type ConsoleWords, zhTW } from './words.zh-TW.ts';

export const consoleBook: Book<ConsoleWords> = { 'zh-TW': zhTW, en, ja };
