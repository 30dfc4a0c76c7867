import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { idText, problem } from '#foundation/http.ts';
import { readCounterPeople, readPairedDevice } from '../devices/device-reads.ts';
import { pairDevice } from '../devices/pair-device.ts';
import { switchPerson } from '../devices/switch-person.ts';
import { endSession } from '../sessions/end-sessions.ts';
import { stateAnswer, stateOf, storeAnswer, toStoreAnswer } from './describe-session.ts';
import { readArrival } from './read-arrival.ts';
import { readStaffCaller } from './read-staff-caller.ts';
import type { StaffContext } from './staff-context.ts';
import { clearStaffCookie, readStaffCookie, setStaffCookie } from './staff-cookies.ts';
import { tooManyAttempts } from './word-refusals.ts';

const anyone = { scope: null, permission: 'anyone' } as const;
const deviceAnswer = z.object({ id: z.string(), name: z.string(), store: storeAnswer });

/** `/device`: what a shared device at a counter does by itself: pairing, switching people, locking. */
export function counterRoutes(context: StaffContext): FastifyPluginAsyncZod {
  const deviceOf = async (request: FastifyRequest) => {
    const token = readStaffCookie(context, request, 'device');
    return token === null ? null : readPairedDevice(context.db, token);
  };

  return async (app) => {
    app.get(
      '/device',
      {
        config: anyone,
        schema: {
          response: {
            200: z.object({
              device: deviceAnswer.nullable(),
              people: z.array(z.object({ id: z.string(), name: z.string() })),
              brandName: z.string(),
            }),
          },
        },
      },
      async (request) => {
        const device = await deviceOf(request);
        const people = device ? await readCounterPeople(context.db, device.store.id) : [];
        return {
          device: device && toDeviceAnswer(device),
          people: people.map(({ id, name }) => ({ id: String(id), name })),
          brandName: await context.brandName(),
        };
      },
    );

    app.post(
      '/device/pair',
      {
        config: anyone,
        schema: {
          body: z.strictObject({ code: z.string().min(1).max(40) }),
          response: { 200: z.object({ device: deviceAnswer }) },
        },
      },
      async (request, reply) => {
        const arrival = readArrival(context, request);
        const paired = await pairDevice(context, { ...arrival, code: request.body.code });
        if (!paired.ok && paired.reason === 'too_many_attempts') throw tooManyAttempts(reply, paired);
        if (!paired.ok) throw problem(410, 'pairing_failed', 'This code is wrong, was used, or ran out');
        setStaffCookie(context, reply, 'device', paired.token);
        clearStaffCookie(context, reply, 'session');
        const device = await readPairedDevice(context.db, paired.token);
        if (!device) throw problem(410, 'pairing_failed', 'This code is wrong, was used, or ran out');
        return { device: toDeviceAnswer(device) };
      },
    );

    app.post(
      '/device/switch',
      {
        config: anyone,
        schema: {
          body: z.strictObject({ staffId: idText, pin: z.string().regex(/^[0-9]{6}$/, 'Six digits') }),
          response: { 200: stateAnswer },
        },
      },
      async (request, reply) => {
        const device = await deviceOf(request);
        if (!device) throw problem(401, 'not_paired', 'This device is not paired, or no longer');
        const switched = await switchPerson(context, {
          ...readArrival(context, request),
          device,
          staffId: Number(request.body.staffId),
          pin: request.body.pin,
        });
        if (!switched.ok && switched.reason === 'too_many_attempts') throw tooManyAttempts(reply, switched);
        if (!switched.ok) throw problem(401, 'wrong_pin', 'The PIN is wrong');
        setStaffCookie(context, reply, 'session', switched.token);
        return { state: stateOf('full') };
      },
    );

    app.post(
      '/device/lock',
      { config: { scope: null, permission: 'signed_in' }, schema: { response: { 200: stateAnswer } } },
      async (request, reply) => {
        const { sessionId } = readStaffCaller(request);
        const wireNow = context.wire.now();
        await context.transact((tx) => endSession(tx, { sessionId, because: 'locked', wireNow }));
        clearStaffCookie(context, reply, 'session');
        return { state: stateOf(null) };
      },
    );
  };
}

const toDeviceAnswer = ({
  id,
  name,
  store,
}: {
  id: number;
  name: string;
  store: Parameters<typeof toStoreAnswer>[0];
}) => ({
  id: String(id),
  name,
  store: toStoreAnswer(store),
});
