import '../tables.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { recordAudit } from '#foundation/audit.ts';
import { problem } from '#foundation/http.ts';
import { locales } from '#foundation/i18n.ts';
import { drawQrAddress } from '#foundation/qr-rules.ts';
import { provePassword } from '../accounts/prove-password.ts';
import { endSession } from '../sessions/end-sessions.ts';
import { enrolSecondFactor, offerSecondFactor } from '../sessions/enrol-second-factor.ts';
import { passSecondFactor } from '../sessions/pass-second-factor.ts';
import { totpUri } from '../sessions/second-factor-rules.ts';
import type { Session } from '../sessions/session-reads.ts';
import { noteSignIn, signIn } from '../sessions/sign-in.ts';
import { type Stage, startSession } from '../sessions/start-session.ts';
import { atConsole } from './caller-rules.ts';
import { describeSession, sessionAnswer, stateAnswer, stateOf } from './describe-session.ts';
import { readArrival } from './read-arrival.ts';
import { readStaffCaller } from './read-staff-caller.ts';
import type { StaffContext } from './staff-context.ts';
import { clearStaffCookie, readStaffCookie, setStaffCookie } from './staff-cookies.ts';
import { tooManyAttempts } from './word-refusals.ts';

const anyone = { scope: null, permission: 'anyone' } as const;
const halfSignedIn = { scope: null, permission: 'half_signed_in' } as const;
const signedIn = { scope: null, permission: 'signed_in' } as const;

const codeBody = z.strictObject({
  code: z
    .string()
    .transform((text) => text.replace(/\s/g, ''))
    .pipe(z.string().regex(/^[0-9]{6}$/, 'Six digits')),
});

/** `/session`: signing in and out of the console, second factor included. */
export function sessionRoutes(context: StaffContext): FastifyPluginAsyncZod {
  const handOver = (reply: FastifyReply, token: string, stage: Stage) => {
    setStaffCookie(context, reply, 'session', token);
    return { state: stateOf(stage) };
  };

  const checkPassword = async (request: FastifyRequest, reply: FastifyReply, password: string) => {
    const { staffId } = readStaffCaller(request);
    const proven = await provePassword(context, { ...readArrival(context, request), staffId, password });
    if (proven.ok) return;
    if (proven.reason === 'too_many_attempts') throw tooManyAttempts(reply, proven);
    throw problem(401, 'wrong_password', 'The present password is wrong');
  };

  return async (app) => {
    app.get('/session', { config: anyone, schema: { response: { 200: sessionAnswer } } }, (request) =>
      describeSession(context, request),
    );

    app.post(
      '/session/sign-in',
      {
        config: anyone,
        schema: {
          body: z.strictObject({ name: z.string().min(1).max(200), password: z.string().min(1).max(1_000) }),
          response: { 200: stateAnswer },
        },
      },
      async (request, reply) => {
        const outcome = await signIn(context, { ...readArrival(context, request), ...request.body });
        if (outcome.ok) return handOver(reply, outcome.token, outcome.stage);
        if (outcome.reason === 'too_many_attempts') throw tooManyAttempts(reply, outcome);
        throw problem(401, 'sign_in_failed', 'Name or password is wrong');
      },
    );

    app.post(
      '/session/second-factor',
      { config: halfSignedIn, schema: { body: codeBody, response: { 200: stateAnswer } } },
      async (request, reply) => {
        const session = atStage(request, 'second_factor');
        const { staffId, id } = session;
        const arrival = { ...readArrival(context, request), formerSessionId: id };
        const outcome = await passSecondFactor(context, { ...arrival, staffId, code: request.body.code });
        if (outcome.ok) return handOver(reply, outcome.token, 'full');
        if (outcome.reason === 'too_many_attempts') throw tooManyAttempts(reply, outcome);
        throw problem(401, 'wrong_code', 'The code is wrong, ran out, or was used before');
      },
    );

    app.post(
      '/session/enrolment',
      {
        config: halfSignedIn,
        schema: {
          /** Whoever is signed in already proves with the password that it is still them. */
          body: z.strictObject({ password: z.string().min(1).max(1_000).optional() }).nullish(),
          response: { 200: z.object({ secret: z.string(), uri: z.string(), qr: z.string() }) },
        },
      },
      async (request, reply) => {
        const session = atConsole(atStage(request, 'enrolment', 'full'));
        if (session.stage === 'full') await checkPassword(request, reply, request.body?.password ?? '');
        const { secret, sealed } = offerSecondFactor(context.secrets, {
          staffId: session.staffId,
          former: readStaffCookie(context, request, 'enrolment'),
          wireNow: context.wire.now(),
        });
        setStaffCookie(context, reply, 'enrolment', sealed);
        const uri = totpUri(secret, { name: session.name, brand: await context.brandName() });
        return { secret, uri, qr: drawQrAddress(uri) };
      },
    );

    app.post(
      '/session/enrolment/confirm',
      { config: halfSignedIn, schema: { body: codeBody, response: { 200: stateAnswer } } },
      async (request, reply) => {
        const session = atConsole(atStage(request, 'enrolment', 'full'));
        const { staffId, id } = session;
        const arrival = { ...readArrival(context, request), formerSessionId: id };
        const actor = { kind: 'staff', id: String(staffId), place: request.place } as const;
        const sealed = readStaffCookie(context, request, 'enrolment') ?? '';
        const token = await context.transact(async (tx) => {
          const enrolled = await enrolSecondFactor(tx, context.secrets, {
            ...arrival,
            staffId,
            sealed,
            code: request.body.code,
            sessionId: id,
            actor,
          });
          if (!enrolled.ok) return null;
          const began = await startSession(tx, {
            ...arrival,
            staffId,
            stage: 'full',
            deviceId: null,
            language: null,
          });
          if (session.stage === 'enrolment') await noteSignIn(tx, staffId, 'second_factor', arrival);
          return began;
        });
        if (token === null) throw problem(401, 'wrong_code', 'The code is wrong or ran out');
        clearStaffCookie(context, reply, 'enrolment');
        return handOver(reply, token, 'full');
      },
    );

    app.post(
      '/session/sign-out',
      { config: halfSignedIn, schema: { response: { 200: stateAnswer } } },
      async (request, reply) => {
        const { id, staffId } = atStage(request, 'second_factor', 'enrolment', 'full');
        await context.transact(async (tx) => {
          await endSession(tx, { sessionId: id, because: 'signed_out', wireNow: context.wire.now() });
          await recordAudit(tx, {
            at: context.clock.now(),
            actor: { kind: 'staff', id: String(staffId), place: request.place },
            action: 'staff.signed_out',
            subjectKind: 'staff',
            subjectId: String(staffId),
          });
        });
        clearStaffCookie(context, reply, 'session');
        return { state: stateOf(null) };
      },
    );

    app.put(
      '/session/language',
      {
        config: signedIn,
        schema: { body: z.strictObject({ language: z.enum(locales) }), response: { 200: stateAnswer } },
      },
      async (request) => {
        const { id, staffId } = atStage(request, 'full');
        const { language } = request.body;
        await context.transact(async (tx) => {
          await tx.updateTable('staff_accounts').set({ language }).where('id', '=', staffId).execute();
          await tx.updateTable('staff_sessions').set({ language }).where('id', '=', id).execute();
        });
        return { state: stateOf('full') };
      },
    );
  };
}

/** The session, where it is at one of these stages. */
function atStage(request: FastifyRequest, ...stages: Session['stage'][]): Session {
  const { session } = request;
  if (!session || !stages.includes(session.stage))
    throw problem(409, 'wrong_stage', 'This step of signing in is not open now');
  return session;
}
