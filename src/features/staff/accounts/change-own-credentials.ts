import '../tables.ts';
import { type Actor, recordAudit } from '#foundation/audit.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { usesDevice } from '../permission-rules.ts';
import { countAttempts, forgiveAttempts, type TooManyAttempts } from '../sessions/count-attempt.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { type Arrival, attemptsOf, type SignInDoor } from '../sessions/sign-in.ts';
import { readAccount } from './account-reads.ts';
import { findPasswordFault, isGoodPin, type PasswordFault } from './credential-rules.ts';
import { hashPassword, hashPin, matchesPassword } from './hash-credential.ts';

type Own = Pick<Arrival, 'place' | 'now' | 'wireNow'> & {
  staffId: number;
  sessionId: number;
  password: string;
  actor: Actor;
  change: { password: string } | { pin: string };
};

export type OwnChangeOutcome =
  | { ok: true }
  | Refused<'wrong_password' | 'no_device_role'>
  | Refused<'bad_password', { fault: PasswordFault }>
  | Refused<'bad_pin', { fault: 'too_simple' }>
  | TooManyAttempts;

/** A new password or PIN of one's own, against the present password; all other sessions of the person end. */
export async function changeOwnCredentials(door: SignInDoor, input: Own): Promise<OwnChangeOutcome> {
  const attempts = attemptsOf(`own:${input.staffId}`, input.place);
  const counted = await door.transact((tx) => countAttempts(tx, door.secrets, attempts, input.wireNow));
  if (!counted.ok) return counted;
  const account = await readAccount(door.db, { id: input.staffId });
  if (!account || !(await matchesPassword(account.passwordHash, input.password)))
    return refuse('wrong_password');
  const { change } = input;
  if ('pin' in change && !usesDevice(account.role)) return refuse('no_device_role');
  const fault = 'password' in change ? findPasswordFault(change.password, account.name) : null;
  if (fault) return refuse('bad_password', { fault });
  if ('pin' in change && !isGoodPin(change.pin)) return refuse('bad_pin', { fault: 'too_simple' });
  const set =
    'pin' in change
      ? { pin_hash: await hashPin(door.secrets, account.id, change.pin) }
      : { password_hash: await hashPassword(change.password) };
  return door.transact(async (tx) => {
    await forgiveAttempts(tx, door.secrets, attempts);
    await tx.updateTable('staff_accounts').set(set).where('id', '=', account.id).execute();
    await endSessions(tx, {
      of: { staffId: account.id },
      but: input.sessionId,
      because: 'credentials_changed',
      wireNow: input.wireNow,
    });
    await recordAudit(tx, {
      at: input.now,
      actor: input.actor,
      action: 'staff.credentials_set',
      subjectKind: 'staff',
      subjectId: String(account.id),
      after: { set: ['pin' in change ? 'pin' : 'password'] },
    });
    return { ok: true };
  });
}
