import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { usesDevice } from '../permission-rules.ts';
import type { TooManyAttempts } from '../sessions/count-attempt.ts';
import { endSession, endSessions } from '../sessions/end-sessions.ts';
import type { Arrival, SignInDoor } from '../sessions/sign-in.ts';
import { startSession } from '../sessions/start-session.ts';
import { readAccount } from './account-reads.ts';
import { findPasswordFault, isGoodPin, type PasswordFault } from './credential-rules.ts';
import { hashPassword, hashPin } from './hash-credential.ts';
import { provePassword } from './prove-password.ts';

type Own = Omit<Arrival, 'formerSessionId'> & {
  staffId: number;
  sessionId: number;
  deviceId: number | null;
  password: string;
  actor: Actor;
  change: { password: string } | { pin: string };
};

export type OwnChangeOutcome =
  | { ok: true; token: string }
  | Refused<'wrong_password' | 'no_device_role'>
  | Refused<'bad_password', { fault: PasswordFault }>
  | Refused<'bad_pin', { fault: 'too_simple' }>
  | TooManyAttempts;

/**
 * A new password or PIN of one's own, against the present password. All sessions of the person end, and the one that
 * asks goes on under a new token: a copy of the old one is dead.
 */
export async function changeOwnCredentials(door: SignInDoor, input: Own): Promise<OwnChangeOutcome> {
  const { staffId, sessionId, deviceId, change, wireNow } = input;
  const seen = await readAccount(door.db, { id: staffId });
  if (!seen) return refuse('wrong_password');
  // What is wrong with the new one is no try at the present one.
  if ('pin' in change && !usesDevice(seen.role)) return refuse('no_device_role');
  const fault = 'password' in change ? findPasswordFault(change.password, seen.name) : null;
  if (fault) return refuse('bad_password', { fault });
  if ('pin' in change && !isGoodPin(change.pin)) return refuse('bad_pin', { fault: 'too_simple' });
  const proven = await provePassword(door, input);
  if (!proven.ok) return proven;
  const set =
    'pin' in change
      ? { pin_hash: await hashPin(door.secrets, staffId, change.pin) }
      : { password_hash: await hashPassword(change.password) };
  return door.transact(async (tx) => {
    // Read again under a lock: what was reset, disabled or signed out in between stays so.
    const current = await readAccount(tx, { id: staffId }, true);
    if (!current || current.isDisabled || current.passwordHash !== proven.account.passwordHash)
      return refuse('wrong_password');
    if (!(await endSession(tx, { sessionId, because: 'replaced', wireNow }))) return refuse('wrong_password');
    await tx.updateTable('staff_accounts').set(set).where('id', '=', staffId).execute();
    await endSessions(tx, { of: { staffId }, because: 'credentials_changed', wireNow });
    await recordAudit(tx, {
      at: input.now,
      actor: input.actor,
      action: 'staff.credentials_set',
      subjectKind: 'staff',
      subjectId: String(staffId),
      after: { set: ['pin' in change ? 'pin' : 'password'] },
    });
    const session = { ...input, stage: 'full', deviceId, language: null, formerSessionId: null } as const;
    return { ok: true, token: await startSession(tx, session) };
  });
}
