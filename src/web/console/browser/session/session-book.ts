import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type SessionWords, zhTW } from './words.zh-TW.ts';

export const sessionBook: Book<SessionWords> = { 'zh-TW': zhTW, en, ja };
