import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A `__Host-` cookie needs https; on a loopback over http, where the demo runs, a plain one has to do. */
const nameOn = (request: FastifyRequest): string =>
  request.protocol === 'https' ? '__Host-shuke-code' : 'shuke-code';

/** The session that this browser holds, or null. */
export function readSessionCookie(request: FastifyRequest): string | null {
  const value = request.cookies[nameOn(request)];
  return value && /^[A-Za-z0-9_-]{24}$/.test(value) ? value : null;
}

/** Hands the session to this browser; what decides about its end is the database. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, session: string): void {
  reply.setCookie(nameOn(request), session, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: 15 * 60,
  });
}
