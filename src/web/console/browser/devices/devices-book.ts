import type { Book } from '../../../kit/browser/language.tsx';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type DevicesWords, zhTW } from './words.zh-TW.ts';

export const devicesBook: Book<DevicesWords> = { 'zh-TW': zhTW, en, ja };
