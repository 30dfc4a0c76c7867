import { Temporal } from 'temporal-polyfill';
import { formatWordsEn } from './words.en.ts';
import { formatWordsJa } from './words.ja.ts';
import { type FormatWords, formatWordsZhTw } from './words.zh-TW.ts';

export type Locale = 'zh-TW' | 'en' | 'ja';

/** A noun that `formatCount` knows. */
export type CountNoun = keyof FormatWords['counts'];

export const locales = ['zh-TW', 'en', 'ja'] as const satisfies readonly Locale[];

const formatWords: Record<Locale, FormatWords> = {
  'zh-TW': formatWordsZhTw,
  en: formatWordsEn,
  ja: formatWordsJa,
};

/**
 * The language we speak to someone, from the tag LINE's profile gives (BCP 47, may be absent). Every Chinese
 * is zh-TW; a language that we lack gets English; no language or garbage gets the brand's own, zh-TW.
 */
export function toLocale(bcp47: string | null | undefined): Locale {
  const language = /^([a-z]{2,3})(?:[-_]|$)/i.exec(bcp47?.trim() ?? '')?.[1]?.toLowerCase();
  if (language === undefined || language === 'und' || language === 'zh') return 'zh-TW';
  return language === 'ja' ? 'ja' : 'en';
}

/** An integer with commas from 1,000 on and a true minus sign. */
export function formatNumber(count: number): string {
  const digits = Math.abs(Math.trunc(count))
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
  return count <= -1 ? `−${digits}` : digits;
}

/** A change: "+12", "−50". */
export function formatChange(count: number): string {
  return count > 0 ? `+${formatNumber(count)}` : formatNumber(count);
}

/** What a page says of its language. */
export const htmlLang = (locale: Locale): string => (locale === 'zh-TW' ? 'zh-Hant-TW' : locale);

/** Whole New Taiwan dollars: "NT$1,280". */
export function formatMoney(locale: Locale, twd: number): string {
  const amount = formatWords[locale].money(formatNumber(Math.abs(twd)));
  return twd < 0 ? `−${amount}` : amount;
}

/** "1,280 點", "1 point", "1,280ポイント". For nothing yet, say it in words instead. */
export function formatPoints(locale: Locale, points: number): string {
  return formatWords[locale].points(formatNumber(points), points);
}

/** "3 張券", "1 coupon", "2人". */
export function formatCount(locale: Locale, count: number, noun: CountNoun): string {
  return formatWords[locale].counts[noun](formatNumber(count), count);
}

/**
 * What a percentage off is called: 10 → "9 折" / "10% off" / "10%OFF".
 * @throws RangeError when it is no whole number from 1 to 100
 */
export function formatDiscount(locale: Locale, percentOff: number): string {
  if (!Number.isInteger(percentOff) || percentOff < 1 || percentOff > 100) {
    throw new RangeError(`percent off must be a whole number from 1 to 100, not ${percentOff}`);
  }
  return formatWords[locale].discount(percentOff);
}

/** A business date in running text, with its weekday: "12 月 3 日（四）"; with the year when it is another. */
export function formatDateInSentence(locale: Locale, date: string, today: string): string {
  const parts = dayParts(date);
  const words = formatWords[locale];
  return date.slice(0, 4) === today.slice(0, 4) ? words.weekdayOfYear(parts) : words.weekdayWithYear(parts);
}

/** A business date without weekday, for narrow rows and altText: "12 月 3 日"; with the year when it is another. */
export function formatDateShort(locale: Locale, date: string, today: string): string {
  const parts = dayParts(date);
  const words = formatWords[locale];
  return date.slice(0, 4) === today.slice(0, 4) ? words.dayOfYear(parts.month, parts.day) : words.day(parts);
}

/** A business date on a card: "2026/12/03", "Dec 3, 2026". Always with the year, never a fraction like 12/3. */
export function formatDateOnCard(locale: Locale, date: string): string {
  return formatWords[locale].dayOnCard(date, dayParts(date));
}

/** The last day on which something can be used, for 「可用到 …」, "good through …", 「…まで」 (the sentence says those). */
export function formatEnd(locale: Locale, lastDay: string, today: string): string {
  return formatDateInSentence(locale, lastDay, today);
}

/** The whole line for a ticket: "可用到 2026/12/31（含當天）", "Good through Dec 31, 2026". */
export function formatEndOnCard(locale: Locale, lastDay: string): string {
  return formatWords[locale].endOnCard(formatDateOnCard(locale, lastDay));
}

/** "2 月 29 日", "Feb 29". */
export function formatBirthday(locale: Locale, month: number, day: number): string {
  return formatWords[locale].dayOfYear(month, day);
}

/** A time of day as people in `zone` (IANA) read it: "15:20" today, "明天 15:20", else with its date. */
export function formatClock(locale: Locale, instant: Date, now: Date, zone: string): string {
  const words = formatWords[locale];
  const at = zoned(instant, zone);
  const today = zoned(now, zone).toPlainDate();
  const clock = words.clock(at.hour, String(at.minute).padStart(2, '0'));
  const daysAhead = today.until(at.toPlainDate()).days;
  if (daysAhead === 0) return clock;
  if (daysAhead === 1) return words.clockTomorrow(clock);
  return words.clockOnDay(formatDateInSentence(locale, at.toPlainDate().toString(), today.toString()), clock);
}

function zoned(instant: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);
}

function dayParts(date: string) {
  const { year, month, day, dayOfWeek } = Temporal.PlainDate.from(date);
  return { year, month, day, weekday: dayOfWeek };
}

/** The last three digits, for 「尾碼 678」. */
export function maskPhoneTail(phone: string): string {
  return phone.replace(/\D/g, '').slice(-3);
}

/** A Taiwan mobile number on a screen: "09**-***-678". */
export function maskPhone(phone: string): string {
  return `09**-***-${maskPhoneTail(phone)}`;
}

const graphemes = new Intl.Segmenter('zh-TW', { granularity: 'grapheme' });

/** Latin letters and digits, Han, and the punctuation of both: each stands by itself. */
const standingAlone = /^[\x20-\x7e\u3001-\u3029\u4e00-\u9fff\uff01-\uff60]*$/;

/** Length as LINE counts labels: in grapheme clusters. */
export function countGraphemes(text: string): number {
  if (standingAlone.test(text)) return text.length;
  let count = 0;
  for (const _ of graphemes.segment(text)) count += 1;
  return count;
}

/** At most `limit` graphemes; what is cut ends with "…", which counts. */
export function cutGraphemes(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let count = 0;
  let lastButOne = 0;
  for (const { index } of graphemes.segment(text)) {
    if (count === limit - 1) lastButOne = index;
    if (count === limit) return `${text.slice(0, lastButOne).trimEnd()}…`;
    count += 1;
  }
  return text;
}

/** A Han, a kana and an emoji are as wide as two Latin letters. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}！-～]/u;
const nameColumns = 20;

function cutColumns(text: string, limit: number): string {
  if (2 * text.length <= limit) return text;
  let columns = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    columns += wide.test(segment) ? 2 : 1;
    if (columns > limit) return `${kept.trimEnd()}…`;
    // The sign of the cut needs room, too.
    if (columns < limit) kept += segment;
  }
  return text;
}

/** A joiner is kept only where it holds an emoji together; everything else invisible goes. */
const invisible = new RegExp(
  [
    '(?<!\\p{Extended_Pictographic}|\\p{Emoji_Modifier}|\\uFE0F)\\u200D',
    '\\u200D(?!\\p{Extended_Pictographic})',
    '(?!\\u200D)[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\u115F\\u1160\\u17B4\\u17B5\\u2800\\u3164\\uFFA0\\uFFFD]',
    '\\u034F',
  ].join('|'),
  'gu',
);
const likeLink =
  /:\/\/|\bwww\.|[\w-]\.(?:com|net|org|tw|jp|cn|me|io|cc|co|ee|shop|xyz|app|link|top|info|vip|site|online)\b/i;

/**
 * A name from LINE's profile, fit to stand in a sentence (as wide as 10 Han or 20 Latin letters), or null where the sentence
 * should go without: nothing but emoji or signs, or something like a link or a number. The name is free text
 * chosen by its owner: never an identifier.
 */
export function cleanDisplayName(name: string | null | undefined): string | null {
  const visible = (name ?? '')
    .toWellFormed()
    .replace(/[\s\p{Z}]+/gu, ' ')
    .replace(invisible, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  const plain = visible.normalize('NFKC');
  if (!/\p{L}/u.test(plain)) return null;
  if (likeLink.test(plain) || /\d{7,}/.test(plain.replace(/[\s().+-]/g, ''))) return null;
  return cutColumns(visible, nameColumns);
}
