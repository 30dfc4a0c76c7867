import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { readCodeSession } from '#features/members/code/code-session-reads.ts';
import { exchangeCodeLink } from '#features/members/code/exchange-code-link.ts';
import { codeSeconds, msUntilNextCode, writeMemberCode } from '#features/members/member-code-rules.ts';
import type { Person } from '#features/members/person-reads.ts';
import { type Clock, wireClock } from '#foundation/clock.ts';
import type { ApiContext } from '#foundation/http.ts';
import { toLocale } from '#foundation/i18n.ts';
import { randomDigits } from '#foundation/ids.ts';
import { drawQr } from '#foundation/qr-rules.ts';
import type { House } from '#line/turn.ts';
import { readSessionCookie, setSessionCookie } from './code-session-cookie.ts';
import { drawCodePage, drawExpiredPage, groupDigits, type ShownCode } from './member-code-page.ts';

type MemberCodeParts = Pick<ApiContext, 'db' | 'transact' | 'secrets'> & {
  house(): Promise<House>;
  /** Codes and sessions live on the wire clock. */
  wire?: Clock;
};

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/**
 * The member-code page: `/m/<token>` exchanges a link from the chat for a cookie, once; `/m` shows the code that
 * `/m/current` renews. The token never stays in the address, and neither page nor code is kept anywhere.
 */
export function memberCodeRoutes(parts: MemberCodeParts): FastifyPluginAsync {
  const wire = parts.wire ?? wireClock;
  const script = readFileSync(join(import.meta.dirname, 'browser/member-code.js'), 'utf8');
  const style = readFileSync(join(import.meta.dirname, 'browser/member-code.css'), 'utf8');

  const sessionOf = async (request: FastifyRequest) => {
    const session = readSessionCookie(request);
    return session && readCodeSession(parts.db, parts.secrets, { session, wireNow: wire.now() });
  };
  const writeCode = (person: Person): ShownCode => {
    const now = wire.now();
    const code = writeMemberCode(parts.secrets, person.memberNo, randomDigits(3), now);
    return { code, refreshInMs: msUntilNextCode(now) };
  };
  const sendPage = (reply: FastifyReply, status: number, html: string) =>
    reply.code(status).type('text/html; charset=utf-8').send(html);
  const sendExpired = async (request: FastifyRequest, reply: FastifyReply) =>
    sendPage(reply, 410, drawExpiredPage(await parts.house(), toLocale(request.headers['accept-language'])));

  return async (app) => {
    if (!app.hasRequestDecorator('cookies')) await app.register(fastifyCookie);
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      reply.header('referrer-policy', 'no-referrer');
      reply.header('x-robots-tag', 'noindex');
      reply.header('x-content-type-options', 'nosniff');
      reply.header('content-security-policy', policy);
    });

    app.get('/m/member-code.js', async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(script),
    );

    app.get('/m/member-code.css', async (_request, reply) => {
      const { palette } = (await parts.house()).flex;
      const { brand, onBrand, brandTint, brandInk, text, muted, alert } = palette;
      const tokens = `:root { --brand: ${brand}; --on-brand: ${onBrand}; --tint: ${brandTint}; --ink: ${brandInk}; --text: ${text}; --muted: ${muted}; --alert: ${alert}; }\n`;
      return reply.type('text/css; charset=utf-8').send(tokens + style);
    });

    app.get('/m', async (request, reply) => {
      const session = await sessionOf(request);
      if (!session) return sendExpired(request, reply);
      const { person } = session;
      const { locale, memberNo } = person;
      const shown = writeCode(person);
      return sendPage(
        reply,
        200,
        drawCodePage(await parts.house(), { ...shown, locale, memberNo, codeSeconds }),
      );
    });

    app.get('/m/current', async (request, reply) => {
      const session = await sessionOf(request);
      if (!session) return reply.code(401).send({ error: { code: 'expired', message: 'Open a new link' } });
      const { code, refreshInMs } = writeCode(session.person);
      return reply.send({ code, shown: groupDigits(code), qr: drawQr(code), refreshInMs });
    });

    // Without a HEAD twin: looking at a link must not use it up.
    app.get<{ Params: { token: string } }>(
      '/m/:token',
      { exposeHeadRoute: false },
      async (request, reply) => {
        const { token } = request.params;
        const session = await parts.transact((tx) =>
          exchangeCodeLink(tx, parts.secrets, { token, wireNow: wire.now() }),
        );
        if (session) setSessionCookie(request, reply, session);
        else if (!(await sessionOf(request))) return sendExpired(request, reply);
        return reply.redirect('/m', 303);
      },
    );
  };
}
