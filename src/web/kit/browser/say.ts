import type { Language } from './contract.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: Language, kind: 'moment' | 'day'): Intl.DateTimeFormat {
  const key = `${language} ${kind}`;
  const known = formats.get(key);
  if (known) return known;
  const day: Intl.DateTimeFormatOptions =
    language === 'en'
      ? { year: 'numeric', month: 'short', day: 'numeric' }
      : { year: 'numeric', month: '2-digit', day: '2-digit' };
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const made = new Intl.DateTimeFormat(language, kind === 'day' ? day : { ...day, ...clock });
  formats.set(key, made);
  return made;
}

/** An instant where the reader is: "2026/12/03 15:20", "Dec 3, 2026, 15:20". */
export const sayMoment = (language: Language, iso: string): string =>
  formatOf(language, 'moment').format(new Date(iso));

/** The day of an instant: "2026/12/03". */
export const sayDay = (language: Language, iso: string): string =>
  formatOf(language, 'day').format(new Date(iso));

/** Several things in a row: "信義店和大安店", "A, B, and C". */
export const sayList = (language: Language, items: readonly string[]): string =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(items);
