import { randomInt, randomUUID } from 'node:crypto';

export const newUuid = (): string => randomUUID();

/** `count` random decimal digits, leading zeros kept. */
export function randomDigits(count: number): string {
  let digits = '';
  while (digits.length < count) digits += randomInt(10);
  return digits;
}

/** The Luhn check digit of a string of digits (ISO/IEC 7812-1, annex B). */
export function luhnCheckDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/** A member number: nine random digits and a Luhn check digit. */
export function newMemberNo(): string {
  const body = String(randomInt(1, 10)) + randomDigits(8);
  return body + luhnCheckDigit(body);
}

export function isMemberNo(text: string): boolean {
  return /^[0-9]{10}$/.test(text) && luhnCheckDigit(text.slice(0, -1)) === text.at(-1);
}

const unmistakable = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `count` random characters that cannot be mistaken for one another (no 0 O 1 I L U). */
export function randomUnmistakable(count: number): string {
  let code = '';
  while (code.length < count) code += unmistakable[randomInt(unmistakable.length)];
  return code;
}
