import { type Refused, refuse } from '#foundation/outcome.ts';
import { countAttempts, forgiveAttempts, type TooManyAttempts } from '../sessions/count-attempt.ts';
import { type Arrival, attemptsOf, type SignInDoor } from '../sessions/sign-in.ts';
import { readAccount, type StaffAccount } from './account-reads.ts';
import { matchesPassword } from './hash-credential.ts';

/**
 * Whether whoever is signed in still knows the password, before they change how they sign in: a browser left open is
 * not enough.
 */
export async function provePassword(
  door: SignInDoor,
  input: Pick<Arrival, 'place' | 'wireNow'> & { staffId: number; password: string },
): Promise<{ ok: true; account: StaffAccount } | Refused<'wrong_password'> | TooManyAttempts> {
  const attempts = attemptsOf(`own:${input.staffId}`, input.place);
  const counted = await door.transact((tx) => countAttempts(tx, door.secrets, attempts, input.wireNow));
  if (!counted.ok) return counted;
  const account = await readAccount(door.db, { id: input.staffId });
  const isRight = await matchesPassword(account?.passwordHash ?? null, input.password);
  if (!account || !isRight) return refuse('wrong_password');
  await door.transact((tx) => forgiveAttempts(tx, door.secrets, attempts));
  return { ok: true, account };
}
