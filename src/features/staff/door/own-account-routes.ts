import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problem } from '#foundation/http.ts';
import { locales } from '#foundation/i18n.ts';
import { neverHappens } from '#foundation/outcome.ts';
import { acceptInvitation, needsOf, readInvitation } from '../accounts/accept-invitation.ts';
import { changeOwnCredentials } from '../accounts/change-own-credentials.ts';
import { staffRoles } from '../permission-rules.ts';
import { stateAnswer, stateOf } from './describe-session.ts';
import { readArrival } from './read-arrival.ts';
import { readStaffCaller } from './read-staff-caller.ts';
import type { StaffContext } from './staff-context.ts';
import { setStaffCookie } from './staff-cookies.ts';
import { badPassword, badPin, linkUsedUp, tooManyAttempts } from './word-refusals.ts';

const anyone = { scope: null, permission: 'anyone' } as const;
const signedIn = { scope: null, permission: 'signed_in' } as const;
const token = z.string().min(20).max(100);
const password = z.string().min(1).max(1_000);
const pin = z.string().min(1).max(20);

/** Invitations, and what people change of their own account. */
export function ownAccountRoutes(context: StaffContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/session/invitation',
      {
        config: anyone,
        schema: {
          body: z.strictObject({ token }),
          response: {
            200: z.object({
              name: z.string(),
              role: z.enum(staffRoles),
              needs: z.array(z.enum(['password', 'pin'])),
              expiresAt: z.string(),
            }),
          },
        },
      },
      async (request) => {
        const found = await readInvitation(context.db, request.body.token, context.wire.now());
        if (!found) throw linkUsedUp();
        const { name, role, expiresAt } = found;
        return { name, role, needs: needsOf(role), expiresAt: expiresAt.toISOString() };
      },
    );

    app.post(
      '/session/invitation/accept',
      {
        config: anyone,
        schema: {
          body: z.strictObject({
            token,
            password: password.optional(),
            pin: pin.optional(),
            language: z.enum(locales),
          }),
          response: { 200: stateAnswer },
        },
      },
      async (request, reply) => {
        const { body } = request;
        const outcome = await acceptInvitation(context, {
          ...readArrival(context, request),
          token: body.token,
          password: body.password ?? null,
          pin: body.pin ?? null,
          language: body.language,
        });
        if (outcome.ok) {
          if (outcome.signedIn) setStaffCookie(context, reply, 'session', outcome.signedIn.token);
          return { state: stateOf(outcome.signedIn?.stage ?? null) };
        }
        switch (outcome.reason) {
          case 'link_used_up':
            throw linkUsedUp();
          case 'bad_password':
            throw badPassword('password', outcome.fault);
          case 'bad_pin':
            throw badPin(outcome.fault);
          default:
            return neverHappens(outcome);
        }
      },
    );

    app.put(
      '/session/password',
      {
        config: signedIn,
        schema: {
          body: z.strictObject({ current: password, next: password }),
          response: { 200: stateAnswer },
        },
      },
      (request, reply) => {
        const { current, next } = request.body;
        return change(request, reply, { password: current, change: { password: next } });
      },
    );

    app.put(
      '/session/pin',
      {
        config: signedIn,
        schema: { body: z.strictObject({ password, pin }), response: { 200: stateAnswer } },
      },
      (request, reply) => {
        const { body } = request;
        return change(request, reply, { password: body.password, change: { pin: body.pin } });
      },
    );
  };

  async function change(
    request: FastifyRequest,
    reply: FastifyReply,
    wish: { password: string; change: { password: string } | { pin: string } },
  ) {
    const { staffId, sessionId, deviceId } = readStaffCaller(request);
    const { actor } = request;
    const arrival = readArrival(context, request);
    const outcome = await changeOwnCredentials(context, {
      ...arrival,
      ...wish,
      staffId,
      sessionId,
      deviceId,
      actor,
    });
    if (outcome.ok) {
      setStaffCookie(context, reply, 'session', outcome.token);
      return { state: stateOf('full') };
    }
    switch (outcome.reason) {
      case 'too_many_attempts':
        throw tooManyAttempts(reply, outcome);
      case 'wrong_password':
        throw problem(401, 'wrong_password', 'The present password is wrong');
      case 'no_device_role':
        throw problem(409, 'no_device_role', 'Your role uses no shared device');
      case 'bad_password':
        throw badPassword('next', outcome.fault);
      case 'bad_pin':
        throw badPin(outcome.fault);
      default:
        return neverHappens(outcome);
    }
  }
}
