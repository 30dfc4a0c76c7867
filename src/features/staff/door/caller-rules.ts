import type { Place } from '#foundation/audit.ts';
import { problem } from '#foundation/http.ts';
import { type Secrets, sameBytes } from '#foundation/secrets.ts';
import type { Permission, StaffRole } from '../permission-rules.ts';

/** What a route asks of a person: a right; being signed in; being half-way; nothing; null = machines only. */
export type Asked = Permission | 'signed_in' | 'half_signed_in' | 'anyone' | null;

/** Who calls a route of /api/v1. */
export type Caller =
  | { kind: 'key'; keyId: number }
  | {
      kind: 'staff';
      staffId: number;
      name: string;
      role: StaffRole;
      storeIds: readonly number[];
      deviceId: number | null;
      deviceStoreId: number | null;
      sessionId: number;
    }
  | { kind: 'nobody' };

export type StaffCaller = Extract<Caller, { kind: 'staff' }>;

/** The token that proves that our own page sent a request: bound to the session, told only to our origin. */
export const csrfTokenOf = (secrets: Secrets, sessionToken: string): string =>
  secrets.mac('link', `csrf:${sessionToken}`).toString('base64url');

export function isCsrfToken(secrets: Secrets, sessionToken: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  return sameBytes(Buffer.from(given), Buffer.from(csrfTokenOf(secrets, sessionToken)));
}

/** A network address cut to its network (/24, /48): enough to see where from, too little to tell who. */
export function cutAddress(address: string): string | null {
  const four = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)?.[1];
  if (four) return `${four}.0/24`;
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return null;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - first.length - last.length)).fill('0');
  return `${[...first, ...zeros, ...last].slice(0, 3).join(':')}::/48`;
}

export const placeOfCaller = (
  address: string,
  device: { deviceId: number | null; deviceStoreId: number | null } | null,
): Place => {
  const cut = cutAddress(address);
  return {
    ...(device?.deviceStoreId != null && { storeId: device.deviceStoreId }),
    ...(device?.deviceId != null && { deviceId: device.deviceId }),
    ...(cut !== null && { address: cut }),
  };
};

/** @throws a 403 on a shared device: a PIN is too little to open other ways into somebody's account */
export function atConsole<S extends { deviceId: number | null }>(session: S): S {
  if (session.deviceId !== null)
    throw problem(403, 'forbidden', 'At the console only, not on a shared device');
  return session;
}

/**
 * A path of the console to come back to after signing in, else the console itself: never another site, however the
 * address is dressed up.
 */
export const safeReturn = (path: unknown): string =>
  typeof path === 'string' && /^\/console(?:\/[A-Za-z0-9_-]+)*(?:\?[A-Za-z0-9_=&%.-]*)?$/.test(path)
    ? path
    : '/console';
