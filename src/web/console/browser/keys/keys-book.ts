import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type KeysWords, zhTW } from './words.zh-TW.ts';

export const keysBook: Book<KeysWords> = { 'zh-TW': zhTW, en, ja };
