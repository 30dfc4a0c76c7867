import { Secret, TOTP } from 'otpauth';

const period = 30;

/** RFC 6238 as all authenticator apps take it: SHA-1, six digits, 30 seconds. */
const totpOf = (secret: string, label = '', issuer = '') =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period, label, issuer });

/** 160 random bits in base32. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** What an authenticator app reads from the QR code. */
export const totpUri = (secret: string, of: { name: string; brand: string }): string =>
  totpOf(secret, of.name, of.brand).toString();

/**
 * The 30-second step that a code belongs to, or null. A clock may be one step off; a step that was used is used up,
 * and so are those before it.
 */
export function findTotpStep(
  secret: string,
  code: string,
  at: { now: Date; lastStep: number | null },
): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const delta = totpOf(secret).validate({ token: code, timestamp: at.now.getTime(), window: 1 });
  if (delta === null) return null;
  const step = Math.floor(at.now.getTime() / 1000 / period) + delta;
  return at.lastStep !== null && step <= at.lastStep ? null : step;
}
