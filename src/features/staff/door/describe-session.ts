import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { locales } from '#foundation/i18n.ts';
import { readAccount } from '../accounts/account-reads.ts';
import { readPairedDevice } from '../devices/device-reads.ts';
import { listRights, staffRoles } from '../permission-rules.ts';
import { csrfTokenOf } from './caller-rules.ts';
import type { StaffContext } from './staff-context.ts';
import { readStaffCookie } from './staff-cookies.ts';

export const storeAnswer = z.object({ id: z.string(), code: z.string(), name: z.string() });
export const stateAnswer = z.object({
  state: z.enum(['signed_out', 'second_factor', 'enrolment', 'signed_in']),
});

export const sessionAnswer = stateAnswer.extend({
  csrfToken: z.string().nullable(),
  brandName: z.string(),
  hasLineLogin: z.boolean(),
  staff: z
    .object({
      id: z.string(),
      name: z.string(),
      role: z.enum(staffRoles),
      language: z.enum(locales),
      hasPassword: z.boolean(),
      hasSecondFactor: z.boolean(),
      hasPin: z.boolean(),
      hasLineLogin: z.boolean(),
      stores: z.array(storeAnswer),
    })
    .nullable(),
  rights: z.record(z.string(), z.enum(['every', 'own'])),
  device: z.object({ id: z.string(), name: z.string(), store: storeAnswer }).nullable(),
  idleSeconds: z.int().nullable(),
  endsAt: z.string().nullable(),
});

export type StageState = z.infer<typeof stateAnswer>['state'];

export const stateOf = (stage: 'second_factor' | 'enrolment' | 'full' | null): StageState =>
  stage === null ? 'signed_out' : stage === 'full' ? 'signed_in' : stage;

export const toStoreAnswer = ({ id, code, name }: { id: number; code: string; name: string }) => ({
  id: String(id),
  code,
  name,
});

/** Who is signed in on this browser, what they may, and how long it holds. */
export async function describeSession(
  context: StaffContext,
  request: FastifyRequest,
): Promise<z.infer<typeof sessionAnswer>> {
  const { session } = request;
  const account = session && (await readAccount(context.db, { id: session.staffId }));
  const isFull = session?.stage === 'full';
  const deviceToken = isFull && session.deviceId !== null && readStaffCookie(context, request, 'device');
  const device = deviceToken ? await readPairedDevice(context.db, deviceToken) : null;
  return {
    state: stateOf(session?.stage ?? null),
    csrfToken: session && csrfTokenOf(context.secrets, session.token),
    brandName: await context.brandName(),
    hasLineLogin: context.lineLogin !== null,
    staff: account && {
      id: String(account.id),
      name: account.name,
      role: account.role,
      language: session.language,
      hasPassword: account.passwordHash !== null,
      hasSecondFactor: account.hasSecondFactor,
      hasPin: account.pinHash !== null,
      hasLineLogin: account.hasLineLogin,
      stores: account.stores.map(toStoreAnswer),
    },
    rights: isFull ? listRights(session.role) : {},
    device: device && { id: String(device.id), name: device.name, store: toStoreAnswer(device.store) },
    idleSeconds: session?.idleSeconds ?? null,
    endsAt: session?.endsAt.toISOString() ?? null,
  };
}
