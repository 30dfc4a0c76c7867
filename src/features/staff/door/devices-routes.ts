import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fieldConflict, fieldProblem, idText, pageQuery, problem, readCursor } from '#foundation/http.ts';
import { addDevice, type PairingCode, renewPairingCode } from '../devices/add-device.ts';
import { type Device, readDevices } from '../devices/device-reads.ts';
import { revokeDevice } from '../devices/revoke-device.ts';
import { mayAct, type Permission, reachOf } from '../permission-rules.ts';
import type { Caller, StaffCaller } from './caller-rules.ts';
import { storeAnswer, toStoreAnswer } from './describe-session.ts';
import { readStaffCaller } from './read-staff-caller.ts';
import type { StaffContext } from './staff-context.ts';

const deviceAnswer = z.object({
  id: z.string(),
  name: z.string(),
  store: storeAnswer,
  state: z.enum(['waiting', 'paired', 'revoked']),
  pairedAt: z.string().nullable(),
  lastSeenAt: z.string().nullable(),
  codeExpiresAt: z.string().nullable(),
  signedIn: z.object({ name: z.string() }).nullable(),
});
const pairingAnswer = z.object({ device: deviceAnswer, code: z.string(), expiresAt: z.string() });
const byId = z.object({ id: idText });
const mayRead = { scope: null, permission: 'devices.read' } as const;
const mayManage = { scope: null, permission: 'devices.manage' } as const;

/** `/devices`: the shared devices at the counters, paired by code, revoked when lost. */
export function devicesRoutes(context: StaffContext): FastifyPluginAsyncZod {
  const moment = () => ({ now: context.clock.now(), wireNow: context.wire.now() });

  return async (app) => {
    app.get(
      '/devices',
      {
        config: mayRead,
        schema: {
          querystring: pageQuery,
          response: { 200: z.object({ items: z.array(deviceAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query;
        const devices = await readDevices(context.db, {
          storeIds: storesWithin(request.caller, 'devices.read'),
          before: readCursor(cursor),
          limit: limit + 1,
          wireNow: context.wire.now(),
        });
        const items = devices.slice(0, limit).map(toAnswer);
        return { items, nextCursor: devices.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );

    app.post(
      '/devices',
      {
        config: mayManage,
        schema: {
          body: z.strictObject({ name: z.string().trim().min(1).max(60), storeId: idText }),
          response: { 201: pairingAnswer },
        },
      },
      async (request, reply) => {
        const { body, actor } = request;
        const caller = readStaffCaller(request);
        const storeId = Number(body.storeId);
        checkReach(caller, storeId);
        const added = await context.transact((tx) =>
          addDevice(tx, context.secrets, {
            ...moment(),
            name: body.name,
            storeId,
            createdById: caller.staffId,
            actor,
          }),
        );
        if (!added.ok) throw fieldProblem('storeId', 'unknown_store', 'There is no such store');
        return reply.code(201).send(await toPairing(added.pairing));
      },
    );

    app.post(
      '/devices/:id/code',
      { config: mayManage, schema: { params: byId, response: { 200: pairingAnswer } } },
      async (request) => {
        const device = await findDevice(request.params.id);
        checkReach(readStaffCaller(request), device.store.id);
        const { actor } = request;
        const renewed = await context.transact((tx) =>
          renewPairingCode(tx, context.secrets, { ...moment(), deviceId: device.id, actor }),
        );
        if (!renewed.ok)
          throw fieldConflict('params.id', 'device_revoked', 'A revoked device is not paired again');
        return toPairing(renewed.pairing);
      },
    );

    app.post(
      '/devices/:id/revoke',
      { config: mayManage, schema: { params: byId, response: { 200: deviceAnswer } } },
      async (request) => {
        const device = await findDevice(request.params.id);
        checkReach(readStaffCaller(request), device.store.id);
        const { actor } = request;
        await context.transact((tx) => revokeDevice(tx, { ...moment(), deviceId: device.id, actor }));
        return toAnswer(await findDevice(request.params.id));
      },
    );
  };

  async function findDevice(id: string | number): Promise<Device> {
    const wireNow = context.wire.now();
    const found = await readDevices(context.db, { id: Number(id), storeIds: null, limit: 1, wireNow });
    if (!found[0]) throw problem(404, 'not_found', 'There is no device with this id');
    return found[0];
  }

  async function toPairing({ deviceId, code, expiresAt }: PairingCode) {
    const device = toAnswer(await findDevice(deviceId));
    return { device, code: `${code.slice(0, 4)} ${code.slice(4)}`, expiresAt: expiresAt.toISOString() };
  }
}

/** Null = every store. */
function storesWithin(caller: Caller, permission: Permission): readonly number[] | null {
  if (caller.kind !== 'staff') return [];
  if (caller.deviceStoreId !== null) return [caller.deviceStoreId];
  return reachOf(caller.role, permission) === 'every' ? null : caller.storeIds;
}

function checkReach(caller: StaffCaller, storeId: number): void {
  if (!mayAct(caller, 'devices.manage', storeId))
    throw problem(403, 'forbidden', 'Your rights do not reach this store');
}

const toAnswer = (device: Device): z.infer<typeof deviceAnswer> => ({
  id: String(device.id),
  name: device.name,
  store: toStoreAnswer(device.store),
  state: device.state,
  pairedAt: device.pairedAt?.toISOString() ?? null,
  lastSeenAt: device.lastSeenAt?.toISOString() ?? null,
  codeExpiresAt: device.codeExpiresAt?.toISOString() ?? null,
  signedIn: device.signedIn === null ? null : { name: device.signedIn },
});
