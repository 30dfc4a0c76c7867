import '../tables.ts';
import type { Tx } from '#foundation/db.ts';
import { type Refused, refuse } from '#foundation/outcome.ts';
import { readAccount } from '../accounts/account-reads.ts';
import { countAttempts, forgiveAttempts, type TooManyAttempts } from './count-attempt.ts';
import { endSession } from './end-sessions.ts';
import { findTotpStep } from './second-factor-rules.ts';
import { type Arrival, attemptsOf, noteFailure, noteSignIn, type SignInDoor } from './sign-in.ts';
import { startSession } from './start-session.ts';

/**
 * The authenticator's code, after the password: the half session ends and a full one begins under a new token.
 * No code counts twice, whoever else saw it.
 */
export async function passSecondFactor(
  door: Pick<SignInDoor, 'transact' | 'secrets'>,
  input: Arrival & { formerSessionId: number; staffId: number; code: string },
): Promise<{ ok: true; token: string } | Refused<'wrong_code'> | TooManyAttempts> {
  const attempts = attemptsOf(`code:${input.staffId}`, input.place);
  const counted = await door.transact((tx) => countAttempts(tx, door.secrets, attempts, input.wireNow));
  if (!counted.ok) return counted;
  return door.transact(async (tx) => {
    if (!(await useCode(tx, door.secrets, input))) {
      await noteFailure(tx, input.staffId, 'staff.second_factor_failed', input);
      return refuse('wrong_code');
    }
    // Signed out everywhere, or given new credentials, in the meantime: what was begun before leads nowhere.
    const half = { sessionId: input.formerSessionId, because: 'replaced', wireNow: input.wireNow } as const;
    if (!(await endSession(tx, half))) return refuse('wrong_code');
    await forgiveAttempts(tx, door.secrets, attempts);
    const token = await startSession(tx, { ...input, stage: 'full', deviceId: null, language: null });
    await noteSignIn(tx, input.staffId, 'second_factor', input);
    return { ok: true, token };
  });
}

/** Whether the code is the account's and was not used before; from now on it is. */
async function useCode(
  tx: Tx,
  secrets: SignInDoor['secrets'],
  input: { staffId: number; code: string; wireNow: Date },
): Promise<boolean> {
  const account = await readAccount(tx, { id: input.staffId }, true);
  if (!account || account.isDisabled || !account.hasSecondFactor || account.totpSecret === null) return false;
  const secret = secrets.decrypt(account.totpSecret);
  const step = findTotpStep(secret, input.code, { now: input.wireNow, lastStep: account.totpLastStep });
  if (step === null) return false;
  await tx
    .updateTable('staff_accounts')
    .set({ totp_last_step: step })
    .where('id', '=', input.staffId)
    .execute();
  return true;
}
