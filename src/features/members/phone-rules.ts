import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { type Refused, refuse } from '#foundation/outcome.ts';

export type ParsedPhone =
  | { ok: true; e164: string; isForeign: boolean }
  | Refused<'not_a_phone' | 'foreign'>
  | Refused<'landline', { prefix: string }>;

/**
 * A mobile number as people write it: full-width digits, spaces, dots, dashes, brackets, with or without +886.
 * Without a country code it is Taiwan's and starts with 09.
 * @param options.acceptsForeign whether numbers of other countries may be used
 */
export function parsePhone(text: string, options: { acceptsForeign: boolean }): ParsedPhone {
  const compact = text
    .normalize('NFKC')
    .trim()
    .replace(/[\s().\-‐-―−~・]/g, '');
  if (!/^\+?[0-9]{6,18}$/.test(compact)) return refuse('not_a_phone');
  const dialled = compact.replace(/^00(?=886)/, '+').replace(/^886(?=0?9[0-9]{8}$)/, '+886');
  if (!dialled.startsWith('+')) {
    if (/^09[0-9]{8}$/.test(dialled)) return { ok: true, e164: `+886${dialled.slice(1)}`, isForeign: false };
    return /^0[2-8][0-9]{6,9}$/.test(dialled)
      ? refuse('landline', { prefix: dialled.slice(0, 2) })
      : refuse('not_a_phone');
  }
  const parsed = parsePhoneNumberFromString(dialled, { extract: false });
  if (!parsed?.isValid()) return refuse('not_a_phone');
  if (parsed.countryCallingCode !== '886') {
    return options.acceptsForeign ? { ok: true, e164: parsed.number, isForeign: true } : refuse('foreign');
  }
  const national = parsed.nationalNumber;
  return /^9[0-9]{8}$/.test(national)
    ? { ok: true, e164: parsed.number, isForeign: false }
    : refuse('landline', { prefix: `0${national.slice(0, 1)}` });
}
