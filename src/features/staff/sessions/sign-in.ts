import '../tables.ts';
import { type Place, recordAudit } from '#foundation/audit.ts';
import type { Db, Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import type { Secrets } from '#foundation/secrets.ts';
import { readAccount, type StaffAccount } from '../accounts/account-reads.ts';
import { normaliseName } from '../accounts/credential-rules.ts';
import { matchesPassword } from '../accounts/hash-credential.ts';
import { needsSecondFactor, usesConsole } from '../permission-rules.ts';
import { type Attempt, countAttempts, forgiveAttempts, type TooManyAttempts } from './count-attempt.ts';
import { type SignInPlace, type Stage, startSession } from './start-session.ts';

/** What sign-in is made of: the secret is checked between two transactions, on another thread. */
export type SignInDoor = {
  db: Db;
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  secrets: Secrets;
};

export type Arrival = {
  formerSessionId: number | null;
  place: SignInPlace;
  now: Date;
  wireNow: Date;
};

export type SignInOutcome =
  | { ok: true; token: string; stage: Stage }
  | Refused<'sign_in_failed'>
  | TooManyAttempts;

/**
 * Name and password. Known and unknown names get the same answer after the same time; tries are counted by account
 * and by network address before the password is looked at.
 */
export async function signIn(
  door: SignInDoor,
  input: Arrival & { name: string; password: string },
): Promise<SignInOutcome> {
  const account = await readAccount(door.db, { name: input.name });
  // By the name that was found: PostgreSQL folds the case of more letters (İ) than JavaScript does.
  const name = account?.name ?? normaliseName(input.name);
  const attempts = attemptsOf(`name:${name.toLowerCase()}`, input.place);
  const counted = await door.transact((tx) => countAttempts(tx, door.secrets, attempts, input.wireNow));
  if (!counted.ok) return counted;
  const isRight = await matchesPassword(account?.passwordHash ?? null, input.password);
  return door.transact(async (tx) => {
    // Read again under a lock: a password changed or a person disabled in between counts.
    const current = account && (await readAccount(tx, { id: account.id }, true));
    const isLiving =
      current !== null && isRight && !current.isDisabled && current.passwordHash === account?.passwordHash;
    if (!current || !isLiving || !usesConsole(current.role)) {
      if (current) await noteFailure(tx, current.id, 'staff.sign_in_failed', input);
      return refuse('sign_in_failed');
    }
    await forgiveAttempts(tx, door.secrets, attempts);
    const stage = stageAfterPassword(current);
    const token = await startSession(tx, {
      ...input,
      staffId: current.id,
      stage,
      deviceId: null,
      language: null,
    });
    if (stage === 'full') await noteSignIn(tx, current.id, 'password', input);
    return { ok: true, token, stage };
  });
}

export const attemptsOf = (account: string, { address }: SignInPlace): Attempt[] => [
  ...(address === null ? [] : [{ kind: 'address', of: address } as const]),
  { kind: 'account', of: account },
];

/** Owners must have a second factor; whoever has one is asked for it. */
export function stageAfterPassword(account: StaffAccount): Stage {
  if (account.hasSecondFactor) return 'second_factor';
  return needsSecondFactor(account.role) ? 'enrolment' : 'full';
}

export async function noteSignIn(
  tx: Tx,
  staffId: number,
  by: 'password' | 'second_factor' | 'line' | 'pin' | 'invitation',
  at: { place: SignInPlace; now: Date },
  where: { deviceId: number; storeId: number } | null = null,
): Promise<void> {
  await recordAudit(tx, {
    at: at.now,
    actor: { kind: 'staff', id: String(staffId), place: placeOf(at.place, where) },
    action: 'staff.signed_in',
    subjectKind: 'staff',
    subjectId: String(staffId),
    after: { by },
  });
}

export async function noteFailure(
  tx: Tx,
  staffId: number,
  action: 'staff.sign_in_failed' | 'staff.second_factor_failed' | 'staff.pin_failed',
  at: { place: SignInPlace; now: Date },
  where: { deviceId: number; storeId: number } | null = null,
): Promise<void> {
  await recordAudit(tx, {
    at: at.now,
    actor: { kind: 'system', id: 'sign-in', place: placeOf(at.place, where) },
    action,
    subjectKind: 'staff',
    subjectId: String(staffId),
  });
}

export const placeOf = (
  { address }: SignInPlace,
  where: { deviceId: number; storeId: number } | null = null,
): Place => ({
  ...(address !== null && { address }),
  ...where,
});
