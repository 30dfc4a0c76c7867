import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { addMs } from '#foundation/clock.ts';
import type { Tx } from '#foundation/db.ts';
import { randomDigits } from '#foundation/ids.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';

/** Eight digits, read out or typed across a counter; short-lived, used once, and guessing is counted. */
const codeMs = 10 * 60_000;

export type PairingCode = { deviceId: number; code: string; expiresAt: Date };

/** A shared device for a store's counter; it waits for its code to be typed on it. */
export async function addDevice(
  tx: Tx,
  secrets: Secrets,
  input: { name: string; storeId: number; createdById: number; actor: Actor; now: Date; wireNow: Date },
): Promise<{ ok: true; pairing: PairingCode } | Refused<'unknown_store'>> {
  const store = await tx.selectFrom('stores').select('id').where('id', '=', input.storeId).executeTakeFirst();
  if (!store) return refuse('unknown_store');
  const { id } = await tx
    .insertInto('staff_devices')
    .values({
      name: input.name,
      store_id: input.storeId,
      code_hash: null,
      code_expires_at: null,
      token_hash: null,
      created_at: input.wireNow,
      created_by_id: input.createdById,
      paired_at: null,
      last_seen_at: null,
      revoked_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'device.added',
    subjectKind: 'device',
    subjectId: String(id),
    after: { name: input.name, storeId: input.storeId },
  });
  return { ok: true, pairing: await setPairingCode(tx, secrets, { deviceId: id, wireNow: input.wireNow }) };
}

/** A new code for a device, such as one that lost its memory; the old pairing holds until the code is used. */
export async function renewPairingCode(
  tx: Tx,
  secrets: Secrets,
  input: { deviceId: number; actor: Actor; now: Date; wireNow: Date },
): Promise<{ ok: true; pairing: PairingCode } | Refused<'unknown_device' | 'device_revoked'>> {
  const device = await tx
    .selectFrom('staff_devices')
    .select('revoked_at')
    .where('id', '=', input.deviceId)
    .forUpdate()
    .executeTakeFirst();
  if (!device) return refuse('unknown_device');
  if (device.revoked_at) return refuse('device_revoked');
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'device.code_made',
    subjectKind: 'device',
    subjectId: String(input.deviceId),
  });
  return { ok: true, pairing: await setPairingCode(tx, secrets, input) };
}

async function setPairingCode(
  tx: Tx,
  secrets: Secrets,
  input: { deviceId: number; wireNow: Date },
): Promise<PairingCode> {
  const code = randomDigits(8);
  const expiresAt = addMs(input.wireNow, codeMs);
  await tx
    .updateTable('staff_devices')
    .set({ code_hash: hashPairingCode(secrets, code), code_expires_at: expiresAt })
    .where('id', '=', input.deviceId)
    .execute();
  return { deviceId: input.deviceId, code, expiresAt };
}

export const hashPairingCode = (secrets: Secrets, code: string): Buffer =>
  secrets.lookup('device-code', code.replace(/\D/g, ''));
