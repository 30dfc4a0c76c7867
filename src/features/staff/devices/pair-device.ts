import '../tables.ts';
import { recordAudit } from '#foundation/audit.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { randomToken, sha256 } from '#foundation/secrets.ts';
import { countAttempts, forgiveAttempts, type TooManyAttempts } from '../sessions/count-attempt.ts';
import { endSession, endSessions } from '../sessions/end-sessions.ts';
import type { Arrival, SignInDoor } from '../sessions/sign-in.ts';
import { hashPairingCode } from './add-device.ts';

/**
 * Makes the browser that types the code this device: it gets a token of its own. A code that was typed before, ran
 * out or belongs to nothing is refused alike; a device that was paired elsewhere is out there.
 */
export async function pairDevice(
  door: Pick<SignInDoor, 'transact' | 'secrets'>,
  input: Arrival & { code: string },
): Promise<{ ok: true; deviceId: number; token: string } | Refused<'pairing_failed'> | TooManyAttempts> {
  const attempts = [{ kind: 'address', of: `pairing:${input.place.address ?? ''}` } as const];
  const counted = await door.transact((tx) => countAttempts(tx, door.secrets, attempts, input.wireNow));
  if (!counted.ok) return counted;
  return door.transact(async (tx) => {
    const token = randomToken(32);
    const paired = await tx
      .updateTable('staff_devices')
      .set({ token_hash: sha256(token), paired_at: input.wireNow, code_hash: null, code_expires_at: null })
      .where('code_hash', '=', hashPairingCode(door.secrets, input.code))
      .where('code_expires_at', '>', input.wireNow)
      .where('revoked_at', 'is', null)
      .returning(['id', 'store_id as storeId', 'created_by_id as createdById'])
      .executeTakeFirst();
    if (!paired) return refuse('pairing_failed');
    await forgiveAttempts(tx, door.secrets, attempts);
    const { wireNow, formerSessionId } = input;
    // Whoever was signed in on this browser does not stay so on a shared one.
    if (formerSessionId !== null)
      await endSession(tx, { sessionId: formerSessionId, because: 'replaced', wireNow });
    await endSessions(tx, { of: { deviceId: paired.id }, because: 'device_revoked', wireNow });
    await recordAudit(tx, {
      at: input.now,
      actor: {
        kind: 'staff',
        id: String(paired.createdById),
        place: {
          deviceId: paired.id,
          storeId: paired.storeId,
          ...(input.place.address !== null && { address: input.place.address }),
        },
      },
      action: 'device.paired',
      subjectKind: 'device',
      subjectId: String(paired.id),
    });
    return { ok: true, deviceId: paired.id, token };
  });
}
