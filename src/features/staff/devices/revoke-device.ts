import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { endSessions } from '../sessions/end-sessions.ts';

/** A lost device is out at once, with whoever is signed in on it. */
export async function revokeDevice(
  tx: Tx,
  input: { deviceId: number; actor: Actor; now: Date; wireNow: Date },
): Promise<{ ok: true } | Refused<'unknown_device'>> {
  const { deviceId, wireNow } = input;
  const device = await tx
    .selectFrom('staff_devices')
    .select('revoked_at')
    .where('id', '=', deviceId)
    .forUpdate()
    .executeTakeFirst();
  if (!device) return refuse('unknown_device');
  if (device.revoked_at) return { ok: true };
  await tx
    .updateTable('staff_devices')
    .set({ revoked_at: wireNow, code_hash: null, code_expires_at: null })
    .where('id', '=', deviceId)
    .execute();
  await endSessions(tx, { of: { deviceId }, because: 'device_revoked', wireNow });
  await recordAudit(tx, {
    at: input.now,
    actor: input.actor,
    action: 'device.revoked',
    subjectKind: 'device',
    subjectId: String(deviceId),
  });
  return { ok: true };
}
