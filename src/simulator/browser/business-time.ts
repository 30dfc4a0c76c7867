/** The demo brand's business time zone: what the till writes on receipts and the chat shows as days. */
const zone = 'Asia/Taipei';
const offset = '+08:00';

const stamp = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });

/** `2026-11-22` of an instant in business time. */
export function businessDate(at: string | Date): string {
  return stamp.format(new Date(at)).slice(0, 10);
}

/** `09:05` of an instant in business time. */
export function businessMinute(at: string | Date): string {
  return stamp.format(new Date(at)).slice(11, 16);
}

/** ISO 8601 with the business zone's offset, as a till would write it. */
export function businessInstant(at: Date): string {
  return `${stamp.format(at).replace(' ', 'T')}${offset}`;
}

/** A day as the page's language writes it, with the weekday. */
export function dayInWords(at: string | Date, language: string): string {
  if (language === 'zh-TW') {
    const [year, month, day] = businessDate(at).split('-').map(Number);
    return `${year} 年 ${month} 月 ${day} 日${weekday(at, language)}`;
  }
  return new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: 'long' })
    .format(new Date(at))
    .concat(weekday(at, language));
}

function weekday(at: string | Date, language: string): string {
  const day = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: 'short' }).format(new Date(at));
  return language === 'en' ? ` (${day})` : `（${day.replace('週', '')}）`;
}
