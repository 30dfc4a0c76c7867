import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type PeopleWords, zhTW } from './words.zh-TW.ts';

export const peopleBook: Book<PeopleWords> = { 'zh-TW': zhTW, en, ja };
