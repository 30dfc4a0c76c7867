import { z } from 'zod';

/** Why somebody did it, in their own words. */
export const reasonText = z.string().trim().min(2).max(300);

const digit = '[0-9０-９]';
const mobile = `[+＋]?(?:(?:886|８８６)[-\\s]?|[0０])[9９]${digit}{2}[-\\s]?${digit}{3}[-\\s]?${digit}{3}`;
const abroad = `[+＋]${digit}(?:${digit}|[-\\s]){6,}${digit}`;
const phones = new RegExp(`(?<!${digit})(?:${mobile}|${abroad})(?!${digit})`, 'g');
const mails = /[^\s"'<>@]+@[^\s"'<>@]+\.[^\s"'<>@]+/g;

/** What people write as a reason is kept for ever beside what they did, without the phones and mail addresses in it. */
export const maskReason = (text: string): string =>
  text
    .trim()
    .replace(mails, '***@***')
    .replace(phones, (phone) => `***${phone.slice(-3)}`);
