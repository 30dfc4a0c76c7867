import type { BrandPolicy } from '#foundation/brand.ts';
import type { Locale } from '#foundation/i18n.ts';
import type { RuleSection } from '../section-rules.ts';
import { en } from './words.en.ts';
import { ja } from './words.ja.ts';
import { type RulesPageWords, zhTW } from './words.zh-TW.ts';

export const rulesWordsOf: Record<Locale, RulesPageWords> = { 'zh-TW': zhTW, en, ja };

/** Some sentences, under a heading of their own where they have one: a tier's name. */
export type RuleGroup = { heading: string | null; lines: string[] };

/** What rules name by key, as shoppers know it. */
export type NamedThings = {
  couponTitles: ReadonlyMap<string, Record<Locale, string>>;
  storeNames: ReadonlyMap<string, string>;
};

/** In which language and of which day rules are told. */
export type Telling = {
  locale: Locale;
  words: RulesPageWords;
  /** Dates of another year are told with it. */
  today: string;
  zone: BrandPolicy['zone'];
  things: NamedThings;
};

/** A section as shoppers read it. */
export type RuleText = {
  section: RuleSection;
  title: string;
  /** Since when it is in force; null where it has always been so. */
  since: string | null;
  groups: RuleGroup[];
  /** The sentences that matter most, for a card. */
  brief: string[];
  /** What later versions change, in the order in which they begin. */
  changes: RuleGroup[];
};

/** How many times the base rate: "1.2" for 120 percent. */
export const formatTimes = (percent: number): string => String(percent / 100);
