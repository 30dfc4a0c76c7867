import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** 32 bytes in canonical base64: what LINE sends, and nothing else. */
const shape = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Made once a secret: making one for each request costs a quarter of the check. */
const keys = new Map<string, KeyObject>();

function keyOf(secret: string): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(secret, 'utf8');
  keys.set(secret, key);
  return key;
}

/**
 * Whether `x-line-signature` is the base64 HMAC-SHA256 of the untouched body under one of the channel secrets
 * (the current one, and the one before it while it is being changed). Never throws.
 */
export function isSignedByLine(body: Buffer, signature: unknown, channelSecrets: readonly string[]): boolean {
  if (typeof signature !== 'string' || !shape.test(signature)) return false;
  const given = Buffer.from(signature, 'base64');
  return channelSecrets.some((secret) => {
    if (secret.length === 0) return false;
    const expected = createHmac('sha256', keyOf(secret)).update(body).digest();
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}
