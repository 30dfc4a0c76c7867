import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type JoinWords, zhTW } from './words.zh-TW.ts';

export const joinBook: Book<JoinWords> = { 'zh-TW': zhTW, en, ja };
