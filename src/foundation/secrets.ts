import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { Fault } from './errors.ts';

/** What a derived key is for; each purpose has a key of its own (HKDF-SHA256, RFC 5869). */
export type KeyPurpose = 'lookup' | 'encryption' | 'qr' | 'link' | 'code' | 'coupon';

export type Secrets = {
  /** 32-byte HMAC by which a value can be looked up; `label` keeps kinds of values apart. */
  lookup(label: string, value: string): Buffer;
  /** AES-256-GCM; the first byte names the key, so that an older key still opens older values. */
  encrypt(text: string): Buffer;
  /** Opens what `encrypt` made. @throws Fault 'undecryptable' */
  decrypt(sealed: Buffer): string;
  /** 32-byte HMAC-SHA256 under the purpose's own key. */
  mac(purpose: 'qr' | 'link' | 'code' | 'coupon', message: string): Buffer;
};

/** @param dataKey 32 bytes. @param previous the key before a rotation: still decrypts. */
export function createSecrets(dataKey: Buffer, previous?: Buffer): Secrets {
  const derive = (root: Buffer, purpose: KeyPurpose) =>
    Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `shuke:${purpose}:v1`, 32));
  const lookupKey = derive(dataKey, 'lookup');
  const macKeys = {
    qr: derive(dataKey, 'qr'),
    link: derive(dataKey, 'link'),
    code: derive(dataKey, 'code'),
    coupon: derive(dataKey, 'coupon'),
  };
  const current = derive(dataKey, 'encryption');
  const keys = new Map([[keyId(current), current]]);
  if (previous) {
    const older = derive(previous, 'encryption');
    keys.set(keyId(older), older);
  }
  return {
    lookup: (label, value) => createHmac('sha256', lookupKey).update(`${label}\u0000${value}`).digest(),
    mac: (purpose, message) => createHmac('sha256', macKeys[purpose]).update(message).digest(),
    encrypt(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current, iv);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([keyId(current)]), iv, cipher.getAuthTag(), sealed]);
    },
    decrypt(sealed) {
      const key = keys.get(sealed[0] ?? -1);
      if (!key) throw new Fault('undecryptable', 'No key in hand opens this value');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
        decipher.setAuthTag(sealed.subarray(13, 29));
        return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new Fault('undecryptable', 'The value was not sealed with this key', { cause });
      }
    },
  };
}

export const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** `bytes` random bytes as base64url: fit for links and keys. */
export const randomToken = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** Constant-time comparison that tolerates different lengths. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

const keyId = (key: Buffer): number => createHash('sha256').update(key).digest()[0] ?? 0;
