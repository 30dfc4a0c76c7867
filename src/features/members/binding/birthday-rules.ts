import { dateWords } from './words.zh-TW.ts';

/** A birthday as the house keeps it: month and day, the year only if it was given. */
export type Birthday = { month: number; day: number; year: number | null };

export type ReadBirthday =
  /** `isDoubtful`: a year of another calendar, or an order that can be read in two ways; ask back. */
  { ok: true; birthday: Birthday; isDoubtful: boolean } | ({ ok: false } & NoBirthday);

/** What a text is, if not a birthday. */
export type NoBirthday =
  | { reason: 'not_a_date' | 'future' }
  /** A month alone: its day is missing. */
  | { reason: 'month_only'; month: number }
  | { reason: 'no_such_month'; month: number }
  | { reason: 'no_such_day'; month: number; day: number; year: number | null }
  /** No shopper was born in it. */
  | { reason: 'odd_year'; year: number };

type Parts = { year: number | null; month: number; day: number; isDoubtful: boolean };

const eras = Object.entries(dateWords.eras);
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const namedMonth =
  /^(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/;
const markedMonth = new RegExp(`^(\\d{1,2})${dateWords.month}${dateWords.part}?$`);
const numerals = new RegExp(
  `[${dateWords.digits}${dateWords.ten}${dateWords.twenty}${dateWords.thirty}]+`,
  'g',
);
const marked = new RegExp(
  `^(?:(.+?)${dateWords.year})?(\\d{1,2})${dateWords.month}(\\d{1,2})(?:${dateWords.day})?$`,
);
const dayOnly = new RegExp(`^(\\d{1,2})(?:${dateWords.day}|st|nd|rd|th)?$`);

/**
 * Reads a birthday as people write it: 2/29, 0229, full-width, years of the Western, Taiwanese (a year up to 150 is
 * one of the Republic, plus 1911) and Japanese calendars, Chinese numerals, English month names.
 * @param input.month the month that was tapped before: then a day alone is enough
 * @param input.today 'YYYY-MM-DD', the business day
 */
export function readBirthday(input: { text: string; month?: number; today: string }): ReadBirthday {
  const text = tidy(input.text);
  const day = input.month === undefined ? undefined : dayOnly.exec(text)?.[1];
  const parts =
    day !== undefined && input.month !== undefined
      ? { year: null, month: input.month, day: Number(day), isDoubtful: false }
      : (readMarked(text) ?? readNamedMonth(text) ?? readSeparated(text) ?? readRun(text));
  return parts ? check(parts, input.today) : { ok: false, ...readMonth(text) };
}

/** The year of the Republic of China, or null before it. */
export const rocYear = (year: number): number | null => (year >= 1912 ? year - 1911 : null);

export const daysInMonth = (month: number, year: number | null): number =>
  month === 2 ? (year === null || isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

/** Full years lived on `today`; someone of 29 February has the birthday on 28 February in common years. */
export function ageOn(birthday: { year: number; month: number; day: number }, today: string): number {
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const celebrated = Math.min(birthday.day, daysInMonth(birthday.month, year));
  const isBefore = month < birthday.month || (month === birthday.month && day < celebrated);
  return year - birthday.year - (isBefore ? 1 : 0);
}

function check(parts: Parts, today: string): ReadBirthday {
  const { year, month, day } = parts;
  if (month < 1 || month > 12) return { ok: false, reason: 'no_such_month', month };
  if (year !== null && (year < 1900 || year > 2100)) return { ok: false, reason: 'odd_year', year };
  if (day < 1 || day > daysInMonth(month, year))
    return { ok: false, reason: 'no_such_day', month, day, year };
  if (year !== null && toIso(year, month, day) > today) return { ok: false, reason: 'future' };
  return { ok: true, birthday: { month, day, year }, isDoubtful: parts.isDoubtful };
}

/** "2", "2月", "feb": the month alone, as a button would give it. */
function readMonth(text: string): NoBirthday {
  const named = namedMonth.exec(text)?.[1];
  const written = markedMonth.exec(text)?.[1] ?? /^\d{1,2}$/.exec(text)?.[0];
  if (named === undefined && written === undefined) return { reason: 'not_a_date' };
  const month = named === undefined ? Number(written) : monthNames.indexOf(named.slice(0, 3)) + 1;
  return { reason: month >= 1 && month <= 12 ? 'month_only' : 'no_such_month', month };
}

/** Half-width, lower case, Chinese numerals as digits, without the words around a date. */
function tidy(text: string): string {
  return text
    .slice(0, 60)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s,]+/g, ' ')
    .replace(/ ?([/.\-‐-―−~]) ?/g, '$1')
    .trim()
    .replace(numerals, (written) => String(readNumeral(written) ?? written))
    .replace(/(?<![a-z0-9]) | (?![a-z0-9])/g, '')
    .replace(/[.!\u3002]$/, '')
    .replace(dateWords.around, '');
}

/** Up to 99 in words, or digit by digit as in years. */
function readNumeral(written: string): number | null {
  const digitOf = (sign: string) => dateWords.digits.indexOf(sign) % 10;
  const tens = new RegExp(
    `^(?:([${dateWords.digits}])?${dateWords.ten}|(${dateWords.twenty})|(${dateWords.thirty}))([${dateWords.digits}])?$`,
  ).exec(written);
  if (tens) {
    const [, count, twenty, thirty, unit] = tens;
    const ten = twenty ? 2 : thirty ? 3 : count ? digitOf(count) : 1;
    return ten * 10 + (unit ? digitOf(unit) : 0);
  }
  return [...written].every((sign) => dateWords.digits.includes(sign))
    ? Number([...written].map(digitOf).join(''))
    : null;
}

function readMarked(text: string): Parts | null {
  const [, yearText, month, day] = marked.exec(text) ?? [];
  if (month === undefined || day === undefined) return null;
  if (yearText === undefined)
    return { year: null, month: Number(month), day: Number(day), isDoubtful: false };
  const year = readYear(yearText);
  return year && { ...year, month: Number(month), day: Number(day) };
}

/** "1988", "77", or with the name of an era before it. */
function readYear(text: string): { year: number; isDoubtful: boolean } | null {
  for (const [name, before] of eras) {
    const counted = new RegExp(`^(?:${name})(\\d{1,3}|${dateWords.first})$`).exec(text)?.[1];
    if (counted === undefined) continue;
    return { year: before + (counted === dateWords.first ? 1 : Number(counted)), isDoubtful: true };
  }
  if (!/^\d{1,4}$/.test(text)) return null;
  const year = Number(text);
  return year <= 150 ? { year: year + 1911, isDoubtful: true } : { year, isDoubtful: false };
}

/** "feb 29", "29 feb 1988", "february 29 1988". */
function readNamedMonth(text: string): Parts | null {
  const [, dayBefore, name, dayAfter, year] =
    /^(?:(\d{1,2})(?:st|nd|rd|th)?[ -]?(?:of )?)?([a-z]{3,9})\.?[ -]?(\d{1,2}(?=$|[ -]|st|nd|rd|th))?(?:st|nd|rd|th)?(?:[ -]?(\d{4}))?$/.exec(
      text,
    ) ?? [];
  const month = name === undefined ? 0 : monthNames.findIndex((known) => name.startsWith(known)) + 1;
  const day = dayBefore ?? dayAfter;
  if (month === 0 || day === undefined || (dayBefore && dayAfter)) return null;
  return { year: year ? Number(year) : null, month, day: Number(day), isDoubtful: false };
}

/** Two or three numbers with a sign between them; an era may stand before. */
function readSeparated(text: string): Parts | null {
  const pieces = text.split(/[/.\-‐-―−~ ]/);
  if (pieces.length === 2) {
    if (!pieces.every((piece) => /^\d{1,2}$/.test(piece))) return null;
    const [first = 0, second = 0] = pieces.map(Number);
    return first > 12 && second <= 12
      ? { year: null, month: second, day: first, isDoubtful: true }
      : { year: null, month: first, day: second, isDoubtful: false };
  }
  const [a = '', b = '', c = ''] = pieces;
  if (pieces.length !== 3 || !/^\d{1,2}$/.test(b) || !/^\d{1,4}$/.test(c)) return null;
  if (/^\d{4}$/.test(c) && /^\d{1,2}$/.test(a)) {
    const [first, second] = [Number(a), Number(b)];
    return first > 12
      ? { year: Number(c), month: second, day: first, isDoubtful: true }
      : { year: Number(c), month: first, day: second, isDoubtful: true };
  }
  const year = readYear(a);
  return year && c.length <= 2 ? { ...year, month: Number(b), day: Number(c) } : null;
}

/** Digits without a sign: 0229, 19880229, 0770229, 770229. */
function readRun(text: string): Parts | null {
  const [, era = '', digits] = /^(\D*)(\d{4,8})$/.exec(text) ?? [];
  if (digits === undefined || digits.length === 5) return null;
  const monthAndDay = { month: Number(digits.slice(-4, -2)), day: Number(digits.slice(-2)) };
  if (digits.length === 4) return era === '' ? { year: null, ...monthAndDay, isDoubtful: false } : null;
  const year = readYear(
    era + (digits.length === 8 ? digits.slice(0, 4) : String(Number(digits.slice(0, -4)))),
  );
  return year && { ...year, ...monthAndDay };
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const toIso = (year: number, month: number, day: number): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
