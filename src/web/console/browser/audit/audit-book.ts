import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type AuditWords, zhTW } from './words.zh-TW.ts';

export const auditBook: Book<AuditWords> = { 'zh-TW': zhTW, en, ja };
