import type { Secrets } from '#foundation/secrets.ts';

/** Where a code is used: typed by the staff at a counter, or by its holder in an online shop. */
export type CodeKind = 'counter' | 'online';

/** Digits and capitals without look-alikes (0 O, 1 I L, U V). */
export const codeAlphabet = '23456789ABCDEFGHJKMNPQRSTWXYZ';
export const counterCodeLength = 10;
/** 29^20 codes: 97 bits. */
const onlineCodeLength = 20;
export const counterCodeMinutes = 5;

/** What may be tried: by one member in a minute, by one person or system in an hour; and what is an alarm. */
export const tryLimits = {
  member: { most: 10, withinMs: 60_000 },
  caller: { most: 100, withinMs: 3_600_000 },
  alarm: { at: 50, withinMs: 60_000 },
} as const;

/**
 * The code of a claim for online shops: the same whenever it is asked for, HMAC-SHA256 of the claim under a key of
 * its own, written in the alphabet.
 */
export function writeOnlineCode(secrets: Secrets, claimId: number): string {
  let rest = BigInt(`0x${secrets.mac('coupon', `online:${claimId}`).toString('hex')}`);
  const base = BigInt(codeAlphabet.length);
  let code = '';
  while (code.length < onlineCodeLength) {
    code += codeAlphabet[Number(rest % base)];
    rest /= base;
  }
  return code;
}

/** A code as it is kept and compared, from however it was typed; what cannot be one stays what it is. */
export const readCode = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '');

/** By what a code is found again. */
export const hashCode = (secrets: Secrets, code: string): Buffer => secrets.lookup('coupon-code', code);

/** "ABCDE-FGHJK": as it is shown and read aloud. */
export const groupCode = (code: string): string => code.match(/.{1,5}/g)?.join('-') ?? code;

/** Where a coupon's codes can be used, the counter first. @param channels null = everywhere */
export function codeKindsOf(channels: readonly ('store' | 'online')[] | null): CodeKind[] {
  const kinds: CodeKind[] = [];
  if (!channels || channels.includes('store')) kinds.push('counter');
  if (!channels || channels.includes('online')) kinds.push('online');
  return kinds;
}

export const channelOf = (kind: CodeKind): 'store' | 'online' => (kind === 'counter' ? 'store' : 'online');
