import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type ApprovalsWords, zhTW } from './words.zh-TW.ts';

export const approvalsBook: Book<ApprovalsWords> = { 'zh-TW': zhTW, en, ja };
