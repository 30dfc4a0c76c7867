import { createHmac, timingSafeEqual } from 'node:crypto';

/** 32 bytes in canonical base64: what LINE sends, and nothing else. */
const shape = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/**
 * Whether `x-line-signature` is the base64 HMAC-SHA256 of the untouched body under one of the channel secrets
 * (the current one, and the one before it while it is being changed). Never throws.
 */
export function isSignedByLine(body: Buffer, signature: unknown, channelSecrets: readonly string[]): boolean {
  if (typeof signature !== 'string' || !shape.test(signature)) return false;
  const given = Buffer.from(signature, 'base64');
  return channelSecrets.some((secret) => {
    if (secret.length === 0) return false;
    const expected = createHmac('sha256', secret).update(body).digest();
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}
