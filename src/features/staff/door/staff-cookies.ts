import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StaffContext } from './staff-context.ts';

/** `session`: who is signed in. `device`: which shared device this is. The others last for minutes. */
export type StaffCookie = 'session' | 'device' | 'enrolment' | 'line';

type Security = Pick<StaffContext, 'hasSecureCookies'>;

const deviceSeconds = 400 * 86_400;
const lifeOf: Record<StaffCookie, number | null> = {
  session: null,
  device: deviceSeconds,
  enrolment: 15 * 60,
  line: 10 * 60,
};

const nameOf = (cookie: StaffCookie, { hasSecureCookies }: Security): string =>
  `${hasSecureCookies ? '__Host-' : ''}shuke-${cookie}`;

/** What the browser holds, or null for nothing and for what we never handed out. */
export function readStaffCookie(security: Security, request: FastifyRequest, cookie: StaffCookie) {
  const value = request.cookies[nameOf(cookie, security)];
  return value && /^[A-Za-z0-9_-]{40,800}$/.test(value) ? value : null;
}

/** Hands a value to this browser, out of reach for scripts. */
export function setStaffCookie(
  security: Security,
  reply: FastifyReply,
  cookie: StaffCookie,
  value: string,
): void {
  const maxAge = lifeOf[cookie];
  reply.setCookie(nameOf(cookie, security), value, {
    path: '/',
    httpOnly: true,
    // Lax: coming back from LINE Login is a navigation from another site.
    sameSite: 'lax',
    secure: security.hasSecureCookies,
    ...(maxAge !== null && { maxAge }),
  });
}

export function clearStaffCookie(security: Security, reply: FastifyReply, cookie: StaffCookie): void {
  reply.clearCookie(nameOf(cookie, security), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: security.hasSecureCookies,
  });
}
