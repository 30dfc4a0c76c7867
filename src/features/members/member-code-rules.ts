import type { Secrets } from '#foundation/secrets.ts';
import { sameBytes } from '#foundation/secrets.ts';

/** One code is shown for this long. */
export const codeSeconds = 30;
/** Codes older than this are no longer told apart from garbage. */
const rememberedBuckets = 120;
const pattern = /^1([1-9][0-9]{8})([0-9])([0-9]{3})([0-9]{10})$/;

export type ReadCode =
  | { ok: true; memberNoBody: string; nonce: string }
  | { ok: false; reason: 'bad_code' }
  /** A true code that ran out within the hour: good for nothing but to tell whose it was. */
  | { ok: false; reason: 'code_expired'; memberNoBody: string };

/**
 * A member code: 24 digits, so that every scanner reads it and it can be typed: version, the member number without
 * its check digit, the last digit of the 30-second bucket, three random digits, ten digits of an HMAC-SHA256.
 * @param random three decimal digits
 */
export function writeMemberCode(secrets: Secrets, memberNo: string, random: string, wireNow: Date): string {
  const bucket = bucketOf(wireNow);
  const body = memberNo.slice(0, 9);
  return `1${body}${bucket % 10}${random}${seal(secrets, body, bucket, random)}`;
}

/** Reads a scanned or typed code; its own bucket and the two beside it are good, against clocks that differ. */
export function readMemberCode(secrets: Secrets, text: string, wireNow: Date): ReadCode {
  if (text.length > 100) return { ok: false, reason: 'bad_code' };
  const [, body, lastDigit, random, given] = pattern.exec(text.normalize('NFKC').replace(/[\s-]/g, '')) ?? [];
  if (body === undefined || random === undefined || given === undefined)
    return { ok: false, reason: 'bad_code' };
  const current = bucketOf(wireNow);
  for (let bucket = current + 1; bucket > current - rememberedBuckets; bucket--) {
    if (bucket % 10 !== Number(lastDigit)) continue;
    if (!sameBytes(Buffer.from(seal(secrets, body, bucket, random)), Buffer.from(given))) continue;
    if (bucket < current - 1) return { ok: false, reason: 'code_expired', memberNoBody: body };
    return { ok: true, memberNoBody: body, nonce: `${body}:${bucket}:${random}` };
  }
  return { ok: false, reason: 'bad_code' };
}

/** Milliseconds until the code that is shown at `wireNow` is replaced. */
export const msUntilNextCode = (wireNow: Date): number =>
  codeSeconds * 1000 - (wireNow.getTime() % (codeSeconds * 1000));

const bucketOf = (wireNow: Date): number => Math.floor(wireNow.getTime() / (codeSeconds * 1000));

function seal(secrets: Secrets, body: string, bucket: number, random: string): string {
  const mac = secrets.mac('qr', `1:${body}:${bucket}:${random}`);
  return String(mac.readBigUInt64BE(0) % 10_000_000_000n).padStart(10, '0');
}
