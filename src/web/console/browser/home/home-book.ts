import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type HomeWords, zhTW } from './words.zh-TW.ts';

export const homeBook: Book<HomeWords> = { 'zh-TW': zhTW, en, ja };
