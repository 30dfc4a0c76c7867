import '../tables.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readAccount, type StaffAccount } from '../accounts/account-reads.ts';
import { matchesPin } from '../accounts/hash-credential.ts';
import { usesDevice } from '../permission-rules.ts';
import { countAttempts, forgiveAttempts, type TooManyAttempts } from '../sessions/count-attempt.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { type Arrival, noteFailure, noteSignIn, type SignInDoor } from '../sessions/sign-in.ts';
import { startSession } from '../sessions/start-session.ts';
import type { PairedDevice } from './device-reads.ts';

/**
 * Somebody of the store takes over the counter by PIN: whoever held it before is out. Tries are counted by person
 * and device; who is not of this store gets the same answer as a wrong PIN.
 */
export async function switchPerson(
  door: SignInDoor,
  input: Arrival & { device: PairedDevice; staffId: number; pin: string },
): Promise<{ ok: true; token: string } | Refused<'wrong_pin'> | TooManyAttempts> {
  const { device, staffId, wireNow } = input;
  const attempts = [{ kind: 'pin', of: `${device.id}:${staffId}` } as const];
  const counted = await door.transact((tx) => countAttempts(tx, door.secrets, attempts, wireNow));
  if (!counted.ok) return counted;
  const seen = await readAccount(door.db, { id: staffId });
  const isRight = await matchesPin(door.secrets, seen?.pinHash ?? null, { staffId, pin: input.pin });
  const where = { deviceId: device.id, storeId: device.store.id };
  return door.transact(async (tx) => {
    const person = seen && (await readAccount(tx, { id: staffId }, true));
    if (!person || !isRight || person.pinHash !== seen.pinHash || !worksAt(person, device)) {
      if (person) await noteFailure(tx, staffId, 'staff.pin_failed', input, where);
      return refuse('wrong_pin');
    }
    if (!(await holdDevice(tx, device.id))) return refuse('wrong_pin');
    await forgiveAttempts(tx, door.secrets, attempts);
    await endSessions(tx, { of: { deviceId: device.id }, because: 'replaced', wireNow });
    const token = await startSession(tx, { ...input, deviceId: device.id, stage: 'full', language: null });
    await noteSignIn(tx, staffId, 'pin', input, where);
    return { ok: true, token };
  });
}

/** Two who take over one counter at once come one after the other; a device that was revoked meanwhile takes nobody. */
async function holdDevice(tx: Tx, deviceId: number): Promise<boolean> {
  const held = await tx
    .selectFrom('staff_devices')
    .select('id')
    .where('id', '=', deviceId)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return held !== undefined;
}

const worksAt = (person: StaffAccount, device: PairedDevice): boolean =>
  !person.isDisabled && usesDevice(person.role) && person.stores.some(({ id }) => id === device.store.id);
