import fastifyCookie from '@fastify/cookie';
import type { FastifyPluginAsync } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problem } from '#foundation/http.ts';
import { finishLineLogin } from '../sessions/finish-line-login.ts';
import { readSession } from '../sessions/session-reads.ts';
import { startLineLogin } from '../sessions/start-line-login.ts';
import { atConsole, safeReturn } from './caller-rules.ts';
import { readArrival } from './read-arrival.ts';
import { readStaffCaller } from './read-staff-caller.ts';
import type { StaffContext } from './staff-context.ts';
import { clearStaffCookie, readStaffCookie, setStaffCookie } from './staff-cookies.ts';

const callbackOf = (context: StaffContext): string => new URL('/console/line-callback', context.origin).href;
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 500 ? value : null;

/** `POST /session/line-link`: ties one's own LINE account to one's account here. */
export function lineLinkRoutes(context: StaffContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/session/line-link',
      {
        config: { scope: null, permission: 'signed_in' },
        schema: { response: { 200: z.object({ url: z.string() }) } },
      },
      async (request, reply) => {
        const { lineLogin } = context;
        if (!lineLogin) throw problem(404, 'not_found', 'LINE Login is not set up here');
        const { staffId } = atConsole(readStaffCaller(request));
        const { url, state } = await context.transact((tx) =>
          startLineLogin(
            tx,
            { ...context, lineLogin },
            {
              staffId,
              returnTo: '/console/account?line=linked',
              redirectUri: callbackOf(context),
              wireNow: context.wire.now(),
            },
          ),
        );
        setStaffCookie(context, reply, 'line', state);
        return { url };
      },
    );
  };
}

/** The two pages of LINE Login in a browser: on the way to LINE, and back. Nothing is mounted without settings. */
export function lineLoginPages(context: StaffContext): FastifyPluginAsync {
  return async (app) => {
    const { lineLogin } = context;
    if (!lineLogin) return;
    if (!app.hasRequestDecorator('cookies')) await app.register(fastifyCookie);

    app.get<{ Querystring: { return?: unknown } }>('/console/line-login', async (request, reply) => {
      const { url, state } = await context.transact((tx) =>
        startLineLogin(
          tx,
          { ...context, lineLogin },
          {
            staffId: null,
            returnTo: safeReturn(request.query.return),
            redirectUri: callbackOf(context),
            wireNow: context.wire.now(),
          },
        ),
      );
      setStaffCookie(context, reply, 'line', state);
      return reply.header('cache-control', 'no-store').redirect(url, 303);
    });

    app.get<{ Querystring: { state?: unknown; code?: unknown } }>(
      '/console/line-callback',
      { exposeHeadRoute: false },
      async (request, reply) => {
        const wireNow = context.wire.now();
        const token = readStaffCookie(context, request, 'session');
        const deviceToken = readStaffCookie(context, request, 'device');
        const session = token && (await readSession(context.db, { token, deviceToken, wireNow }));
        request.session = session ? { ...session, token } : null;
        const outcome = await finishLineLogin(
          { ...context, lineLogin },
          {
            ...readArrival(context, request),
            state: textOf(request.query.state),
            browserState: readStaffCookie(context, request, 'line'),
            code: textOf(request.query.code),
            redirectUri: callbackOf(context),
            session: session && session.stage === 'full' && session.deviceId === null ? session : null,
          },
        );
        clearStaffCookie(context, reply, 'line');
        reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
        if (!outcome.ok) return reply.redirect(`/console?line=${outcome.reason}`, 303);
        if (outcome.did === 'signed_in') setStaffCookie(context, reply, 'session', outcome.token);
        return reply.redirect(outcome.returnTo, 303);
      },
    );
  };
}
