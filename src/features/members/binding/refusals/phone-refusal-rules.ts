import type { ParsedPhone } from '../../phone-rules.ts';

/** Why a text is no mobile number that a code can be sent to. */
export type NoPhone =
  | { reason: 'no_number' | 'more_than_number' | 'not_mobile' | 'foreign' }
  | { reason: 'wrong_length'; digits: number }
  | { reason: 'landline'; prefix: string };

/** Fewer digits among words are an amount or an age, not a phone. */
const leastDigits = 8;
const mobileDigits = 10;

/** Says of a text that was refused what it is instead of a mobile number. */
export function explainPhone(text: string, refused: Exclude<ParsedPhone, { ok: true }>): NoPhone {
  if (refused.reason === 'landline') return refused;
  if (refused.reason === 'foreign') return { reason: 'foreign' };
  const written = text.normalize('NFKC');
  const digits = countDigits(written);
  const isBare = /^[\d\s().+\-‐-―−~・]*$/.test(written);
  if (digits === 0 || (!isBare && digits < leastDigits)) return { reason: 'no_number' };
  if (!isBare) return { reason: 'more_than_number' };
  return digits === mobileDigits ? { reason: 'not_mobile' } : { reason: 'wrong_length', digits };
}

/** Full-width ones are digits too. */
export const countDigits = (text: string): number => text.normalize('NFKC').match(/\d/g)?.length ?? 0;
