export const shortestPassword = 10;
const longestPassword = 200;

/** What people who must have a password take first. */
const commonParts = [
  'password',
  'qwerty',
  'iloveyou',
  'admin',
  'welcome',
  'letmein',
  'shuke',
  '123456',
  'abc123',
];

export type PasswordFault = 'too_short' | 'too_long' | 'too_common' | 'contains_name';

/** Null = acceptable. Length counts characters; NIST SP 800-63B asks for length and against lists, not for signs. */
export function findPasswordFault(password: string, name: string): PasswordFault | null {
  const length = [...password].length;
  if (length < shortestPassword) return 'too_short';
  if (length > longestPassword) return 'too_long';
  const plain = password.toLowerCase();
  if (plain.includes(name.toLowerCase()) && name.length >= 2) return 'contains_name';
  const rest = commonParts.reduce((text, part) => text.replaceAll(part, ''), plain);
  if (new Set(plain).size < 5 || rest.length < shortestPassword / 2) return 'too_common';
  return null;
}

const pinShape = /^[0-9]{6}$/;

/** Six digits that are neither all alike nor counted up or down, nor two digits in turn. */
export function isGoodPin(pin: string): boolean {
  if (!pinShape.test(pin)) return false;
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((digit, i) => (digit - (digits[i] ?? 0) + 10) % 10));
  if (steps.size === 1 && (steps.has(0) || steps.has(1) || steps.has(9))) return false;
  return new Set(pin).size > 2;
}

/** One spelling of a name for looking it up: compatible characters, single spaces, no matter the case. */
export const normaliseName = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
